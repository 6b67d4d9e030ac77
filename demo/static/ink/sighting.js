// What was taken as ink, if any was, over the photo; a frame dragged on it says where to look instead.
import { hide, pick } from '../core/element.js';
import { WAYS } from './keys.js';

/** @typedef {[left: number, top: number, right: number, bottom: number]} Frame in shares of the photo's sides */
/** @typedef {{ picture: string, box: Frame, ink: string }} Seen ink: a PNG in base64, which covers the box */

/** @type {Frame} */
const MIDDLE = [0.25, 0.25, 0.75, 0.75];
const STEP = 0.05; // share of a side
const SMALLEST = 0.03; // share of a side: a frame that is smaller was a tap

/**
 * @param {HTMLElement} element
 * @param {(frame: Frame) => void} look again, within a frame
 */
export function mountSighting(element, look) {
  const [photo, ink] = ['.sighting-photo', '.sighting-ink'].map((each) => pick(element, each, HTMLImageElement));
  const frame = pick(element, '.sighting-frame');
  const [taken, nothing] = ['.sighting-taken', '.sighting-nothing'].map((each) => pick(element, each));
  const stage = pick(element, '.sighting-stage');
  /** @type {{ x: number, y: number, pointer: number } | null} */
  let start = null;

  const at = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const within = (/** @type {number} */ share) => Math.min(Math.max(share, 0), 1);
    return { x: within((clientX - left) / width), y: within((clientY - top) / height) };
  };
  /** @param {{ x: number, y: number }} from @param {{ x: number, y: number }} to @returns {Frame} */
  const between = (from, to) => [
    Math.min(from.x, to.x),
    Math.min(from.y, to.y),
    Math.max(from.x, to.x),
    Math.max(from.y, to.y),
  ];
  stage.addEventListener('pointerdown', (event) => {
    if (start || event.button !== 0) return;
    event.preventDefault();
    start = { ...at(event), pointer: event.pointerId };
    try {
      stage.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is already gone cannot be captured.
    }
  });
  stage.addEventListener('pointermove', (event) => {
    if (event.pointerId !== start?.pointer) return;
    place(frame, between(start, at(event)));
    hide(frame, false);
  });
  stage.addEventListener('pointerup', (event) => {
    if (event.pointerId !== start?.pointer) return;
    const [left, top, right, bottom] = between(start, at(event));
    start = null;
    hide(frame, true);
    if (right - left > SMALLEST && bottom - top > SMALLEST) look([left, top, right, bottom]);
  });
  // By keys: the arrows move a frame, with Shift its lower right corner; Enter looks within it.
  /** @type {Frame} */
  let keyed = MIDDLE;
  stage.addEventListener('keydown', (event) => {
    const [right, down] = WAYS[event.key] ?? [0, 0];
    if (event.key === 'Enter' && !frame.hidden) look(keyed);
    else if (event.key === 'Escape' && !frame.hidden) {
      hide(frame, true);
      event.stopPropagation(); // and no cell is closed
    } else if (right || down) keyed = event.shiftKey ? resized(keyed, right, down) : moved(keyed, right, down);
    else return;
    event.preventDefault();
    if (!(right || down)) return;
    place(frame, keyed);
    hide(frame, false);
  });
  stage.addEventListener('blur', () => hide(frame, true));
  const stop = () => {
    start = null;
    hide(frame, true);
  };
  stage.addEventListener('pointercancel', stop);
  stage.addEventListener('lostpointercapture', stop);

  return {
    /** @param {string} file a PNG in base64 @param {Seen | null} seen null: nothing was */
    show(file, seen) {
      stop();
      photo.src = `data:image/png;base64,${file}`;
      for (const each of [ink, taken]) hide(each, !seen);
      hide(nothing, seen !== null);
      if (seen) {
        ink.src = `data:image/png;base64,${seen.ink}`;
        place(ink, seen.box);
      }
      keyed = MIDDLE;
      hide(element, false);
    },
    hide: () => {
      stop();
      hide(element, true);
    },
  };
}

/** @param {Frame} frame @param {number} right @param {number} down @returns {Frame} */
function moved([x0, y0, x1, y1], right, down) {
  const x = Math.min(Math.max(STEP * right, -x0), 1 - x1);
  const y = Math.min(Math.max(STEP * down, -y0), 1 - y1);
  return [x0 + x, y0 + y, x1 + x, y1 + y];
}

/** @param {Frame} frame @param {number} right @param {number} down @returns {Frame} */
function resized([x0, y0, x1, y1], right, down) {
  const within = (/** @type {number} */ edge, /** @type {number} */ from) => Math.min(Math.max(edge, from + STEP), 1);
  return [x0, y0, within(x1 + STEP * right, x0), within(y1 + STEP * down, y0)];
}

/** @param {HTMLElement} element @param {Frame} frame */
function place({ style }, [left, top, right, bottom]) {
  const percent = (/** @type {number} */ share) => `${100 * share}%`;
  Object.assign(style, { left: percent(left), top: percent(top) });
  Object.assign(style, { width: percent(right - left), height: percent(bottom - top) });
}
