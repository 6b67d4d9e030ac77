// Push it: a slider that shifts, turns, scales, slants, thickens the drawing or lays noise on it.
import { number, percent } from '../../static/core/format.js';
import { curves } from '../../static/lab/curves.js';
import { called, menu, oneOf, picture, reads, slider } from '../../static/lab/kit.js';

/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/**
 * @typedef {object} Moved
 * @property {string} layer
 * @property {number} map
 * @property {number} stride
 * @property {number} cells
 * @property {number} difference
 * @property {number} largest
 * @property {boolean} rim
 * @property {Numbers} before
 * @property {Numbers} after
 */
/** @typedef {{ probabilities: Numbers, read: (number | null)[], picture: Numbers, moved?: Moved | null }} Reply */

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
  let kind = oneOf(initial.kind, KINDS);
  const names = Object.fromEntries(Object.entries(KINDS).map(([kind, { called }]) => [kind, called]));
  const kinds = menu('what', 'push-kind', names, (value) => {
    kind = oneOf(value, KINDS);
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
  curve.element.prepend(along.element);
  element.append(kinds.element, curve.element);
  const pictures = document.createElement('div');
  pictures.className = 'lab-row';
  pictures.append(pushed.element, before.element, after.element);
  element.append(pictures);

  const at = () => Number(along.input.value);
  return {
    settings: () => ({ kind, at: at() }),
    /** @param {Reply} reply @param {unknown} _ @param {{ kind: string, at: number }} settings */
    show({ probabilities: { shape, numbers }, read, picture, moved }, _, settings) {
      const [places, outputs] = shape;
      const { called: what, reach, say } = KINDS[settings.kind];
      const least = settings.kind === 'noise' ? 0 : -reach;
      const curved = { shape: [places - 1, outputs], numbers: numbers.subarray(0, (places - 1) * outputs) };
      const answers = read.slice(0, -1);
      const { flips } = curve.show(curved, (settings.at - least) / (reach - least), undefined, { read: answers });
      pushed.paint(picture.numbers, picture.shape[1], { ink: true });
      for (const each of [before, after]) each.element.hidden = !moved;
      const here = reads(numbers.subarray((places - 1) * outputs), read[places - 1]);
      const said = `${what[0].toUpperCase()}${what.slice(1)}: ${say(settings.at)}. Read as ${here}. ${turns(answers, flips)}`;
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

/** @param {(number | null)[]} answers @param {number} flips */
function turns([first], flips) {
  if (!flips) return `Along the whole slider the answer stays ${first === null ? 'no digit' : called(first)}.`;
  return `Along the slider the answer changes ${['', 'once', 'twice'][flips] ?? `${flips} times`}.`;
}

/** @param {Moved} moved */
function follows({ layer, stride, cells, difference, largest, rim }) {
  const share = percent(difference / Math.max(largest, 1e-6));
  if (!Number.isInteger(cells))
    return `${layer} has a cell every ${stride} pixels: this is ${number(cells)} of one, so its maps do not move along, they change (by up to ${share} of their largest value).`;
  if (!cells) return '';
  const many = `${number(Math.abs(cells), 0)} ${Math.abs(cells) > 1 ? 'cells' : 'cell'} of ${stride} pixels`;
  if (difference < 1e-4) return `That is ${many}: ${layer} moved along exactly.`;
  const why = rim
    ? 'the rim of zeros around the maps is not what paper is to this network'
    : 'ink has come to the border';
  return `That is ${many}, but ${why}: ${layer} moved along but for ${share} of its largest value.`;
}
