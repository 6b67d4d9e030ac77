// Push it: a slider that shifts, turns, scales, slants, thickens the drawing or lays noise on it.
import { number, percent } from '../../static/core/format.js';
import { curves } from '../../static/lab/curves.js';
import { called, menu, picture, reads, slider, softmax } from '../../static/lab/kit.js';

/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/**
 * @typedef {object} Moved
 * @property {string} layer
 * @property {number} map
 * @property {number} stride
 * @property {number} cells
 * @property {number} difference
 * @property {number} largest
 * @property {Numbers} before
 * @property {Numbers} after
 */
/** @typedef {{ along: Numbers, probabilities: Numbers, logits: Numbers, picture: Numbers, moved?: Moved | null }} Reply */

/** @type {Record<string, { called: string, reach: number, step: number, say: (value: number) => string }>} */
const KINDS = {
  shift: { called: 'shift right', reach: 10, step: 1, say: (at) => `${number(at, 0)} px` },
  lift: { called: 'shift down', reach: 10, step: 1, say: (at) => `${number(at, 0)} px` },
  turn: { called: 'turn', reach: 90, step: 5, say: (at) => `${number(at, 0)}°` },
  scale: { called: 'scale', reach: 1, step: 0.05, say: (at) => `× ${number(2 ** at)}` },
  slant: { called: 'slant', reach: 1, step: 0.05, say: (at) => number(at) },
  thicken: { called: 'thicken', reach: 2, step: 0.1, say: (at) => `${number(at, 1)} px` },
  noise: { called: 'noise', reach: 1, step: 0.05, say: (at) => number(at) },
};

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  let kind = String(initial.kind) in KINDS ? String(initial.kind) : 'shift';
  const names = Object.fromEntries(Object.entries(KINDS).map(([kind, { called }]) => [kind, called]));
  const kinds = menu('what', 'push-kind', names, (value) => {
    kind = value;
    fit(0);
    again();
  });
  kinds.select.value = kind;
  const along = slider(
    { name: 'how far', id: 'push-at', min: -10, max: 10, step: 1, value: 0, say: (at) => KINDS[kind].say(at) },
    again,
  );
  const fit = (/** @type {number} */ at) => {
    const { reach, step } = KINDS[kind];
    Object.assign(along.input, { min: kind === 'noise' ? 0 : -reach, max: reach, step, value: at });
    along.tell();
  };
  fit(typeof initial.at === 'number' ? initial.at : 0);
  const curve = curves('push-curves', 'probability of each answer along the slider; dashed: where the answer changes');
  const pushed = picture('what is read', 'push-picture');
  const [before, after] = [picture('', 'push-before'), picture('', 'push-after')];
  element.append(kinds.element, along.element, curve.element);
  const pictures = document.createElement('div');
  pictures.className = 'lab-row';
  pictures.append(pushed.element, before.element, after.element);
  element.append(pictures);

  const at = () => Number(along.input.value);
  return {
    settings: () => ({ kind, at: at() }),
    show({ probabilities, logits, picture, moved }) {
      const share = (at() - Number(along.input.min)) / (Number(along.input.max) - Number(along.input.min));
      const { best, flips } = curve.show(probabilities, share);
      pushed.paint(picture.numbers, picture.shape[1], { ink: true });
      for (const each of [before, after]) each.element.hidden = !moved;
      const said = `${KINDS[kind].called[0].toUpperCase()}${KINDS[kind].called.slice(1)}: ${KINDS[kind].say(at())}. Read as ${reads(softmax(logits.numbers))}. ${turns(best, flips)}`;
      if (!moved) return said;
      const most = Math.max(moved.largest, 1e-6);
      before.call(`${moved.layer}, map ${moved.map}, before`);
      after.call('and after');
      before.paint(moved.before.numbers, moved.before.shape[1], { most });
      after.paint(moved.after.numbers, moved.after.shape[1], { most });
      return `${said} ${follows(moved)}`;
    },
  };
}

/** @param {number[]} best @param {number} flips */
function turns(best, flips) {
  if (!flips) return `Along the whole slider the answer stays ${called(best[0])}.`;
  return `Along the slider the answer changes ${flips === 1 ? 'once' : `${flips} times`}.`;
}

/** @param {Moved} moved */
function follows({ layer, stride, cells, difference, largest }) {
  const exact = difference < 1e-4;
  if (!Number.isInteger(cells))
    return `${layer} has a cell every ${stride} pixels: this is ${number(cells)} of one, so its maps do not move along, they change (by up to ${percent(difference / largest)} of their largest value).`;
  if (!cells) return '';
  const many = `${number(Math.abs(cells), 0)} ${Math.abs(cells) > 1 ? 'cells' : 'cell'} of ${stride} pixels`;
  if (exact) return `That is ${many}: ${layer} moved along exactly.`;
  return `That is ${many}, but ink has come to the border: ${layer} moved along but for ${percent(difference / largest)} of its largest value.`;
}
