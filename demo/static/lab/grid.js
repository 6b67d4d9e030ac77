// The pixels of a picture under the pointer, or under a mark that the arrow keys move.
import { hide, html, make } from '../core/element.js';
import { WAYS } from '../ink/keys.js';

export const SIDE = 28; // pixels of what the network reads
const FAR = 4; // pixels at once, with shift

/** @param {number} place counted row by row @returns {[row: number, column: number]} */
export const rowColumn = (place) => [Math.floor(place / SIDE), place % SIDE];

/**
 * Where on a picture something of one pixel lies, as CSS.
 *
 * @param {number} place
 */
export function spot(place) {
  const [row, column] = rowColumn(place);
  const share = (/** @type {number} */ pixels) => `${(100 * pixels) / SIDE}%`;
  return `left:${share(column)};top:${share(row)};width:${share(1)};height:${share(1)}`;
}

/**
 * @typedef {object} Does
 * @property {(place: number | null) => void} point the pointer came to a pixel, or the mark; null: neither is on one
 * @property {(place: number, isFirst: boolean) => void} [press] a pixel was pressed, or dragged over after the first; space
 *   and the enter key press the one that is marked
 */

/**
 * Let the pixels of a picture be pointed at and pressed. Returns what marks one of them, or none.
 *
 * @param {{ canvas: HTMLCanvasElement, frame: HTMLElement }} picture of kit.js
 * @param {Does} does
 */
export function mountGrid({ canvas, frame }, { point, press }) {
  const mark = make(html`<i class="mark own" aria-hidden="true" hidden></i>`);
  frame.append(mark);
  canvas.classList.add('lab-grid');
  canvas.classList.toggle('pressed', press !== undefined);
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  let at = (SIDE * SIDE + SIDE) / 2; // the middle
  /** @type {number | null} the pixel that a pointer which is down was over last */
  let dragged = null;

  const go = (/** @type {number | null} */ place) => {
    if (place !== null) at = place;
    point(place);
  };
  const under = (/** @type {PointerEvent} */ { clientX, clientY }, isDragged = false) => {
    const box = canvas.getBoundingClientRect();
    const [column, row] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height].map((share) =>
      Math.floor(share * SIDE),
    );
    const isIn = [row, column].every((each) => each >= 0 && each < SIDE);
    return isIn || isDragged ? clamped(row) * SIDE + clamped(column) : null;
  };

  canvas.addEventListener('pointerdown', (event) => {
    const place = under(event);
    if (place === null || event.button !== 0 || !event.isPrimary) return;
    go(place);
    if (!press) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    dragged = place;
    press(place, true);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!event.isPrimary) return;
    const place = under(event, dragged !== null);
    go(place);
    if (dragged === null || place === null) return;
    for (const each of between(dragged, place)) press?.(each, false);
    dragged = place;
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'])
    canvas.addEventListener(end, () => {
      dragged = null;
    });
  canvas.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse') go(document.activeElement === canvas ? at : null);
  });
  canvas.addEventListener('focus', () => go(at));
  canvas.addEventListener('blur', () => go(null));
  canvas.addEventListener('keydown', (event) => {
    const { key, shiftKey } = event;
    const way = WAYS[key];
    const presses = press && (key === ' ' || key === 'Enter');
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || presses)) return;
    event.preventDefault();
    if (way) {
      const [row, column] = rowColumn(at);
      const step = shiftKey ? FAR : 1;
      go(clamped(row + step * way[1]) * SIDE + clamped(column + step * way[0]));
    } else press?.(at, true);
  });

  return (/** @type {number | null} */ place) => {
    hide(mark, place === null);
    if (place !== null) mark.style.cssText = spot(place);
  };
}

/** @param {number} value */
const clamped = (value) => Math.min(Math.max(value, 0), SIDE - 1);

// The pixels on the way from one to another, without the first.
/** @param {number} from @param {number} to */
function between(from, to) {
  const [start, end] = [rowColumn(from), rowColumn(to)];
  const steps = Math.max(...start.map((each, axis) => Math.abs(end[axis] - each)));
  return Array.from({ length: steps }, (_, i) => {
    const [row, column] = start.map((each, axis) => Math.round(each + ((end[axis] - each) * (i + 1)) / steps));
    return row * SIDE + column;
  });
}
