// In a mirror: a menu of ways to flip the drawing.
import { menu, picture, reads } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';

const WAYS = { across: 'left for right', down: 'upside down', both: 'turned by half' };

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  const ways = menu('flipped', 'mirror-way', WAYS, again);
  if (String(initial.way) in WAYS) ways.select.value = String(initial.way);
  const pictures = [picture('as drawn', 'mirror-drawn'), picture('flipped', 'mirror-flipped')];
  element.append(ways.element, ...pictures.map((each) => each.element));
  return {
    settings: () => ({ way: ways.select.value }),
    show({ pictures: shown, probabilities }) {
      for (const [i, row] of rows(shown).entries()) pictures[i].paint(row, shown.shape[2], { ink: true });
      const [drawn, flipped] = rows(probabilities).map(reads);
      return `As drawn it is read as ${drawn}; flipped, as ${flipped}.`;
    },
  };
}
