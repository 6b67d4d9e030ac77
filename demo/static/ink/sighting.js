// What was taken as ink, over the photo that it was found in; a frame dragged on it says where to look instead.
import { hide, pick } from '../core/element.js';

/** @typedef {[left: number, top: number, right: number, bottom: number]} Frame in shares of the photo's sides */
/** @typedef {{ picture: string, box: Frame, ink: string }} Seen ink: a PNG in base64, which covers the box */

const SMALLEST = 0.03; // share of a side: a frame that is smaller was a tap

/**
 * @param {HTMLElement} element
 * @param {(frame: Frame) => void} look again, within a frame
 */
export function mountSighting(element, look) {
  const [photo, ink] = ['.sighting-photo', '.sighting-ink'].map((each) => pick(element, each, HTMLImageElement));
  const frame = pick(element, '.sighting-frame');
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
  const stop = () => {
    start = null;
    hide(frame, true);
  };
  stage.addEventListener('pointercancel', stop);
  stage.addEventListener('lostpointercapture', stop);

  return {
    /** @param {string} file a PNG in base64 @param {Seen} seen */
    show(file, seen) {
      photo.src = `data:image/png;base64,${file}`;
      ink.src = `data:image/png;base64,${seen.ink}`;
      place(ink, seen.box);
      hide(element, false);
    },
    hide: () => {
      stop();
      hide(element, true);
    },
  };
}

/** @param {HTMLElement} element @param {Frame} frame */
function place({ style }, [left, top, right, bottom]) {
  const percent = (/** @type {number} */ share) => `${100 * share}%`;
  Object.assign(style, { left: percent(left), top: percent(top) });
  Object.assign(style, { width: percent(right - left), height: percent(bottom - top) });
}
