// What mattered: what each pixel has to do with one output being over another, told in three ways.
import { hide, html, make, pick, say } from '../../static/core/element.js';
import { number } from '../../static/core/format.js';
import { onTheme, range, gradient as scaleOf } from '../../static/core/palette.js';
import { state } from '../../static/core/store.js';
import { mountGrid, rowColumn, SIDE } from '../../static/lab/grid.js';
import { called, menu, oneOf, picture, slider } from '../../static/lab/kit.js';
import { outputMenu } from '../../static/lab/outputs.js';

/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {{ parts: Numbers, pixels: number, biases: number, scaling: number | null }} Split */
/**
 * @typedef {object} Reply
 * @property {number} output
 * @property {number} against
 * @property {number} difference
 * @property {Numbers} ink
 * @property {Numbers} occlusion
 * @property {number} stride
 * @property {Numbers} gradient
 * @property {Split | null} split
 */

const [LEAST, MOST] = [3, 9]; // pixels, of the square
const FAINT = 1e-9; // where all is less, nothing is to be told apart
/** @type {Record<string, string>} */
const SEEN = { both: 'numbers, the ink outlined', numbers: 'numbers alone', ink: 'ink alone' };

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again, speak }) {
  /** @type {Reply | null} */
  let shown = null;
  const output = outputMenu(
    { name: 'What speaks for', id: 'mattered-output', otherwise: 'the answer', initial: initial.output },
    again,
  );
  const against = outputMenu(
    { name: 'against', id: 'mattered-against', otherwise: 'the likeliest other', initial: initial.against },
    again,
  );
  const seen = menu('shown', 'mattered-seen', SEEN, () => repaint());
  seen.select.value = oneOf(initial.seen, SEEN);
  const side = slider(
    {
      name: 'square of paper',
      id: 'mattered-side',
      min: LEAST,
      max: MOST,
      step: 2,
      value: typeof initial.side === 'number' ? initial.side : 5,
      say: (pixels) => `${pixels} × ${pixels} px`,
    },
    again,
  );
  const boards = [board('mattered-occlusion'), board('mattered-gradient'), board('mattered-split')];
  const [covered, sloped, parted] = boards;
  const told = make(html`<p class="told"></p>`);
  const scale = make(html`<p class="scale"><span></span><i aria-hidden="true"></i><span></span></p>`);
  const sum = make(html`<p class="sum" data-testid="mattered-sum"></p>`);

  /** @type {number | null} */
  let pointed = null;
  const point = (/** @type {number | null} */ place) => {
    pointed = place;
    for (const each of boards) each.mark(place);
    const text = place === null || !shown ? HINT : spoken(shown, place);
    say(told, text);
    if (text !== HINT && element.contains(document.activeElement)) speak(text);
  };
  for (const each of boards) each.mark = mountGrid(each, { point });
  point(null);

  const first = make(html`<div class="lab-row"></div>`);
  first.append(output.element, against.element, seen.element);
  const pictures = make(html`<div class="pictures"></div>`);
  pictures.append(...boards.map((each) => each.element));
  element.append(first, side.element, scale, pictures, told, sum);

  const repaint = () => {
    if (!shown) return;
    const { ink, occlusion, gradient, split } = shown;
    const alone = seen.select.value === 'ink';
    for (const { edge } of boards) edge.classList.toggle('off', seen.select.value !== 'both');
    const paint = (/** @type {ReturnType<typeof board>} */ each, /** @type {Numbers} */ { numbers }) => {
      each.paint(alone ? ink.numbers : numbers, SIDE, alone ? { ink: true } : { most: full(numbers) });
      pick(each.edge, 'path', SVGElement).setAttribute('d', outline(ink.numbers));
    };
    paint(covered, occlusion);
    paint(sloped, gradient);
    if (split) paint(parted, split.parts);
  };
  const colour = () => {
    pick(scale, 'i').style.background = scaleOf(true);
  };
  colour();
  onTheme(colour);

  return {
    settings: () => ({
      output: output.output(),
      against: against.output(),
      side: Number(side.input.value),
      seen: seen.select.value,
    }),
    /** @param {Reply} reply @param {unknown} _ @param {{ side: number }} settings */
    show(reply, _, settings) {
      shown = reply;
      const { occlusion, gradient, split, stride } = shown;
      const size = `${settings.side}×${settings.side}`;
      const coarse = stride === 1 ? '' : ` Tried at one pixel of ${stride}×${stride}, as this network is large.`;
      covered.call(
        `Covered: what is lost when a square of ${size} paper lies with its middle here. Full colour: ${number(full(occlusion.numbers))}.${coarse}`,
      );
      sloped.call(
        `Gradient: what more ink here would add, at first. Full colour: ${number(full(gradient.numbers))} a pixel.`,
      );
      if (split) parted.call(`Exact split: what the ink here adds. Full colour: ${number(full(split.parts.numbers))}.`);
      hide(parted.element, !split);
      const [left, right] = [pick(scale, 'span'), pick(scale, 'span:last-child')];
      say(left, `for ${called(shown.against)}`);
      say(right, `for ${called(shown.output)}`);
      repaint();
      point(pointed);
      say(sum, split ? added(split, shown.difference) : bent());
      return `${distance(shown)} ${dearest(shown)}`;
    },
  };
}

const HINT = 'Point at a pixel, or move over the pictures by the arrow keys, for its numbers.';

/** @param {string} id */
function board(id) {
  const made = picture('', id);
  const edge = make(
    html`<svg class="edge" viewBox="0 0 ${SIDE} ${SIDE}" aria-hidden="true"><path/></svg>`,
    SVGSVGElement,
  );
  made.frame.append(edge);
  return { ...made, edge, mark: (/** @type {number | null} */ _place) => {} };
}

/** @param {ArrayLike<number>} ink @returns the border between ink and paper, as a path */
function outline(ink) {
  const isInk = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && column >= 0 && row < SIDE && column < SIDE && ink[row * SIDE + column] > 0.5;
  let path = '';
  for (let row = 0; row <= SIDE; row += 1)
    for (let column = 0; column <= SIDE; column += 1) {
      if (isInk(row, column) !== isInk(row - 1, column)) path += `M${column} ${row}h1`;
      if (isInk(row, column) !== isInk(row, column - 1)) path += `M${column} ${row}v1`;
    }
  return path;
}

/** @param {number} value */
const signed = (value) => `${value > 0 ? '+' : ''}${number(value, 3)}`;

// What full colour stands for.
/** @param {Numbers['numbers']} numbers */
const full = (numbers) => range(numbers, FAINT).most;

/** @param {Reply} reply @param {number} place */
function spoken({ ink, occlusion, gradient, split }, place) {
  const [row, column] = rowColumn(place);
  const part = split ? `; what its ink adds ${signed(split.parts.numbers[place])}` : '';
  return `Row ${row}, column ${column}, ink ${number(ink.numbers[place])}: lost when covered ${signed(occlusion.numbers[place])}; gradient ${signed(gradient.numbers[place])}${part}.`;
}

/** @param {Reply} reply */
function distance({ output, against, difference }) {
  const [one, other, apart] = [called(output), called(against), number(Math.abs(difference))];
  if (state.network.output === 'distances')
    return `The squared distance to the bitmap of ${one} is ${apart} ${difference < 0 ? 'more' : 'less'} than to that of ${other}.`;
  return `The logit of ${one} is ${apart} ${difference < 0 ? 'under' : 'over'} that of ${other}.`;
}

/** @param {Reply} reply where the square changes most */
function dearest({ occlusion: { numbers }, output, against }) {
  if (full(numbers) <= FAINT) return 'Paper over any part of it changes nothing.';
  const place = numbers.reduce((best, each, i, all) => (Math.abs(each) > Math.abs(all[best]) ? i : best), 0);
  const [[row, column], lost] = [rowColumn(place), numbers[place]];
  const towards = called(lost > 0 ? against : output);
  return `The square of paper changes that most around row ${row}, column ${column}: by ${number(Math.abs(lost))} towards ${towards}.`;
}

/** @param {Split} split @param {number} difference */
function added({ pixels, biases, scaling }, difference) {
  const shift = scaling === null ? '' : `, the shift of the scaling ${signed(scaling)}`;
  return `Carried back through the active ReLUs and the pooling: pixels ${signed(pixels)}, biases ${signed(biases)}${shift}: together ${signed(difference)}, the difference of the two logits. Around this picture the network is linear, so the sum is exact.`;
}

function bent() {
  const { activation } = state.network;
  return `There is no exact split for this network: its activation, ${activation}, bends everywhere, so the difference is no sum of what single pixels and biases add. Covering and the gradient can still be asked for.`;
}
