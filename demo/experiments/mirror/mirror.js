// In a mirror: a menu of ways to flip the drawing.
import { menu, oneOf, picture, reads } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';

const WAYS = { across: 'left for right', down: 'upside down', both: 'turned by half' };

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  const ways = menu('flipped', 'mirror-way', WAYS, again);
  ways.select.value = oneOf(initial.way, WAYS);
  const pictures = [picture('as drawn', 'mirror-drawn'), picture('flipped', 'mirror-flipped')];
  element.append(ways.element, ...pictures.map((each) => each.element));
  return {
    settings: () => ({ way: ways.select.value }),
    show({ pictures: shown, probabilities, read }) {
      for (const [i, row] of rows(shown).entries()) pictures[i].paint(row, shown.shape[2], { ink: true });
      const [drawn, flipped] = rows(probabilities).map((row, i) => reads(row, read[i]));
      return `As drawn it is read as ${drawn}; flipped, as ${flipped}.`;
    },
  };
}
