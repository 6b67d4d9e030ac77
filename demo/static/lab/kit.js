// What cards are made of: sliders, menus, buttons, and pictures of numbers.
import { labelOf } from '../core/cells.js';
import { html, make, pick, say } from '../core/element.js';
import { number, percent } from '../core/format.js';
import { inkPalette, onTheme, paint, palette, range } from '../core/palette.js';
import { state } from '../core/store.js';

/** @typedef {import('./numbers.js').Numbers} Numbers */

/**
 * A slider with its name and its value in words.
 *
 * @param {{ name: string, id: string, min: number, max: number, step: number, value: number, say?: (value: number) => string }} what
 * @param {(value: number) => void} onInput
 */
export function slider({ name, id, min, max, step, value, say: words = (value) => number(value, 1) }, onInput) {
  const element = make(html`
    <label class="lab-slider"><span>${name}</span><input type="range" min="${min}" max="${max}" step="${step}" value="${value}" data-testid="${id}"><b></b></label>`);
  const [input, output] = [pick(element, 'input', HTMLInputElement), pick(element, 'b')];
  const tell = () => {
    const text = words(Number(input.value));
    say(output, text);
    input.setAttribute('aria-valuetext', text);
  };
  input.addEventListener('input', () => {
    tell();
    onInput(Number(input.value));
  });
  tell();
  return { element, input, tell };
}

/**
 * A menu with its name.
 *
 * @param {string} name
 * @param {string} id
 * @param {Record<string, string>} options what each is called, by its value
 * @param {(value: string) => void} onChange
 */
export function menu(name, id, options, onChange) {
  const element = make(html`
    <label class="lab-menu"><span>${name}</span> <select data-testid="${id}">${Object.entries(options).map(
      ([value, called]) => html`<option value="${value}">${called}</option>`,
    )}</select></label>`);
  const select = pick(element, 'select', HTMLSelectElement);
  select.addEventListener('change', () => onChange(select.value));
  return { element, select };
}

/**
 * Fill a menu with other options; what was chosen stays, where it is still there.
 *
 * @param {HTMLSelectElement} select
 * @param {Record<string, string>} options
 */
export function refill(select, options) {
  const entries = Object.entries(options);
  const isSame =
    select.options.length === entries.length &&
    entries.every(([value, called], i) => select.options[i].value === value && select.options[i].text === called);
  if (isSame) return;
  const { value: chosen } = select;
  select.replaceChildren(...entries.map(([value, called]) => make(html`<option value="${value}">${called}</option>`)));
  if (Object.hasOwn(options, chosen)) select.value = chosen;
}

/**
 * One of some options, or the first; links may say anything.
 *
 * @template {string} T
 * @param {unknown} value
 * @param {Record<T, unknown>} options
 * @returns {T}
 */
export const oneOf = (value, options) =>
  /** @type {T} */ (typeof value === 'string' && Object.hasOwn(options, value) ? value : Object.keys(options)[0]);

/**
 * Choose an option of a menu, if it has it.
 *
 * @param {HTMLSelectElement} select
 * @param {unknown} value of the option; anything, as links may say anything
 */
export function choose(select, value) {
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const option = [...select.options].find((each) => each.value === String(value));
  if (option) option.selected = true;
}

/**
 * A picture of numbers, with what it is called below it.
 *
 * @param {string} caption
 * @param {string} id
 */
export function picture(caption, id) {
  const element = make(html`
    <figure class="lab-picture"><div><canvas data-testid="${id}" role="img" aria-label="${caption}"></canvas></div><figcaption>${caption}</figcaption></figure>`);
  const canvas = pick(element, 'canvas', HTMLCanvasElement);
  let again = () => {};
  onTheme(() => again());
  return {
    element,
    canvas,
    frame: pick(element, 'div'),
    /** @param {string} text */
    call(text) {
      say(pick(element, 'figcaption'), text);
      canvas.setAttribute('aria-label', text);
    },
    /**
     * @param {ArrayLike<number> & Iterable<number>} numbers row by row
     * @param {number} width
     * @param {{ ink?: boolean, most?: number }} [how] ink: paper to ink, as on the pad; most: what full colour stands for
     */
    paint(numbers, width, { ink = false, most } = {}) {
      again = () => {
        const full = most ?? (ink ? 1 : range(numbers, 1e-6).most);
        paint(canvas, numbers, width, numbers.length / width, full, ink ? inkPalette() : palette());
      };
      again();
    },
  };
}

/**
 * What a network answers, by its probabilities: "7, with 98.1 %".
 *
 * @param {ArrayLike<number>} probabilities
 * @param {number | null} [answer] the likeliest, or null where it says that it is no digit
 */
export function reads(probabilities, answer = surest(probabilities)) {
  return answer === null ? 'no digit' : `${called(answer)}, with ${percent(probabilities[answer])}`;
}

/**
 * Whether the layer behind a layer reads its sums, not what the activation makes of them.
 *
 * @param {import('../core/geometry.js').Layer} layer
 */
export function readsSums({ name, kind }) {
  const { layers, pooling } = state.network;
  const next = layers[layers.findIndex((layer) => layer.name === name) + 1];
  return kind === 'convolution' && next.kind === 'pooling' && pooling === 'average before the activation';
}

/** @param {ArrayLike<number>} values @returns the number of the largest */
export function surest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[best]) best = i;
  return best;
}

/** @param {ArrayLike<number>} logits @returns their softmax */
export function softmax(logits) {
  const all = Array.from(logits);
  const most = Math.max(...all);
  const exponentials = all.map((logit) => Math.exp(logit - most));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
}

// What an output is called: its digit, or its label.
/** @param {number} output */
export const called = (output) => labelOf(state.network.layers.at(-1), output);
