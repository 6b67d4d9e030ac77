// A kernel whose weights are dragged up and down, or changed by arrow keys: a grid of sliders.
import { html, make, pick, say } from '../core/element.js';
import { number } from '../core/format.js';
import { css, onTheme } from '../core/palette.js';

const DRAG = 80; // pixels up for the largest weight
const STEPS = 20; // of a key from 0 to the largest weight
/** @type {Record<string, number>} steps up */
const KEYS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5 };

/**
 * @param {string} id
 * @param {string} caption
 * @param {(weights: number[]) => void} onInput
 */
export function weightGrid(id, caption, onInput) {
  const element = make(html`
    <figure class="lab-weights"><div role="group" aria-label="weights of the kernel" data-testid="${id}"></div><figcaption>${caption}</figcaption></figure>`);
  const grid = pick(element, 'div');
  /** @type {number[]} */
  let weights = [];
  let reach = 1;
  const paint = () => {
    const digits = Math.max(0, Math.min(5, 1 - Math.floor(Math.log10(reach / 2))));
    for (const [i, cell] of [.../** @type {HTMLCollectionOf<HTMLElement>} */ (grid.children)].entries()) {
      const text = number(weights[i], digits);
      say(cell, text);
      cell.style.cssText = css(weights[i], reach);
      for (const [name, value] of Object.entries({ valuemin: -reach, valuemax: reach, valuenow: weights[i] }))
        cell.setAttribute(`aria-${name}`, value.toPrecision(4));
      cell.setAttribute('aria-valuetext', text);
    }
  };
  onTheme(paint);
  /** @param {number} i @param {number} value */
  const set = (i, value) => {
    const within = Math.max(-reach, Math.min(reach, value));
    // Short, as a link holds them all.
    weights = weights.map((weight, at) => Number((at === i ? within : weight).toPrecision(4)));
    paint();
    onInput(weights);
  };
  const build = () => {
    const size = Math.sqrt(weights.length);
    grid.style.setProperty('--size', String(size));
    grid.replaceChildren(
      ...weights.map((_, i) => {
        const label = `row ${Math.floor(i / size)}, column ${i % size}`;
        const cell = make(
          html`<span role="slider" tabindex="0" aria-orientation="vertical" aria-label="${label}" data-testid="${id}-${i}"></span>`,
        );
        mountDrag(cell, { value: () => weights[i], reach: () => reach, set: (value) => set(i, value) });
        return cell;
      }),
    );
  };
  return {
    element,
    /** @param {number[]} values row by row @param {number} most that one is worth being */
    show(values, most) {
      const isOther = values.length !== weights.length;
      [weights, reach] = [values, most];
      if (isOther) build();
      paint();
    },
  };
}

/**
 * @param {HTMLElement} cell
 * @param {{ value: () => number, reach: () => number, set: (value: number) => void }} weight
 */
function mountDrag(cell, { value, reach, set }) {
  /** @type {{ y: number, value: number } | null} */
  let from = null;
  cell.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    cell.setPointerCapture(event.pointerId);
    from = { y: event.clientY, value: value() };
  });
  cell.addEventListener('pointermove', ({ clientY }) => {
    if (from && clientY !== from.y) set(from.value + ((from.y - clientY) / DRAG) * reach());
  });
  cell.addEventListener('lostpointercapture', () => {
    from = null;
  });
  cell.addEventListener('keydown', (event) => {
    const { key } = event;
    if (key in KEYS) set(value() + (KEYS[key] * reach()) / STEPS);
    else if (key === 'Home' || key === 'End') set(key === 'End' ? reach() : -reach());
    else if (key === 'Delete') set(0);
    else return;
    event.preventDefault();
  });
}
