// The pen: pointer events -> strokes of a drawing. A pen goes before a hand that rests on the pad, and two fingers
// scroll or pinch the page as they do beside it.
import { clip } from './clip.js';
import { erased } from './eraser.js';

/** @typedef {import('./history.js').History} History */
/** @typedef {import('../core/store.js').Point} Point */
/** @typedef {import('../core/store.js').Ink} Ink */
/** @typedef {{ kind: string, text: string }} Status */
/**
 * @typedef {object} Open what a pointer that is down is drawing, or erasing
 * @property {number} pointer
 * @property {boolean} touch
 * @property {number} at when it came down, in ms
 * @property {boolean} erases
 * @property {boolean} hasErased
 * @property {Ink} before the drawing without it
 * @property {Ink} strokes of it: as often as it leaves the pad and comes back, one more
 * @property {Point} last where it is, on the pad or off it
 * @property {number} edit the version of the drawing that it belongs to
 */

const NEAREST = 0.002; // pad heights; a point closer to the last one adds nothing
const MOST_POINTS = 20000; // what the server reads at once
const BEGUN = 400; // ms; a finger's stroke that is younger, or shorter than this, has only just begun
const SHORT = 0.04; // pad heights
const PALM = 1000; // ms after a pen was near; what touches the pad until then is a hand
const FLIGHT = 0.2; // pad heights from one point to the next
const MUCH = 1.5; // times as fast
const LEFT = 1; // of `buttons`: a mouse's first, or a finger or pen that touches
const ERASER = 32;
export const FULL = { kind: 'error', text: 'The pad is full. Clear it, or undo a few strokes, to draw on.' };

const pointsOf = (/** @type {Ink} */ ink) => ink.reduce((sum, stroke) => sum + stroke.length, 0);

/** @param {Ink} ink */
export const isFull = (ink) => pointsOf(ink) >= MOST_POINTS;

/**
 * What is said below a pad: how the answers come, or that no more fits on it.
 *
 * @param {Ink} ink
 * @param {Status} status
 */
export const statusOf = (ink, status) => (status.kind === 'ready' && isFull(ink) ? FULL : status);

/** @param {HTMLCanvasElement} canvas @param {History} history */
export function mountPen(canvas, history) {
  const { drawing } = history;
  /** @type {Open | null} */
  let open = null;
  /** @type {Set<number>} the fingers that are on the pad */
  const fingers = new Set();
  let penNear = -PALM; // when a pen was, in ms

  const hasJustBegun = (/** @type {Open} */ { at, strokes }, /** @type {number} */ now) =>
    now - at < BEGUN || strokes.every((stroke) => stroke.every(([x, y]) => near([x, y], stroke[0], SHORT)));
  // One that no hand meant to draw is taken back.
  const end = (back = false) => {
    if (!open) return;
    if (back && open.edit === history.edits && !open.erases) history.takeBack();
    open = null;
    drawing.update({ penDown: false });
  };
  // Whoever else changes the ink ends the stroke as well.
  const endIfChanged = () => {
    if (open && open.edit !== history.edits) end();
  };
  const noteKind = (/** @type {PointerEvent} */ { pointerType, timeStamp }) => {
    if (pointerType === 'pen') penNear = timeStamp;
  };

  canvas.addEventListener('pointerdown', (event) => {
    const { pointerType, pointerId, timeStamp, button } = event;
    const [touch, erases] = [pointerType === 'touch', button === 5];
    noteKind(event);
    endIfChanged();
    if (open && !canvas.hasPointerCapture(open.pointer) && open.pointer !== pointerId) end(); // it never came up
    if (open?.touch && pointerType === 'pen') end(true);
    if (touch) {
      const isSecond = fingers.size > 0;
      fingers.add(pointerId);
      if (isSecond && open?.touch) end(hasJustBegun(open, timeStamp));
      if (isSecond || timeStamp - penNear < PALM) return;
    }
    if (open || (button !== 0 && !erases)) return;
    if (!erases && isFull(drawing.ink)) {
      drawing.update({ status: FULL });
      return;
    }
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    try {
      canvas.setPointerCapture(pointerId);
    } catch {
      // A pointer that is already gone cannot be captured; the stroke is a dot.
    }
    const last = place(event, canvas.getBoundingClientRect());
    const before = drawing.ink;
    open = {
      pointer: pointerId,
      touch,
      at: timeStamp,
      erases,
      hasErased: false,
      before,
      strokes: [[last]],
      last,
      edit: 0,
    };
    drawing.update({ penDown: true });
    if (!erases) history.edit([...before, ...open.strokes]);
    open.edit = history.edits;
    if (erases) erase(open, last);
  });

  canvas.addEventListener('pointermove', (event) => {
    noteKind(event);
    endIfChanged();
    if (open?.pointer !== event.pointerId) return;
    if (!(event.buttons & (open.erases ? ERASER : LEFT))) {
      end();
      return;
    }
    const box = canvas.getBoundingClientRect();
    const events = event.getCoalescedEvents?.() ?? [];
    const { strokes } = open;
    const most = MOST_POINTS - pointsOf(open.before);
    for (const each of events.length ? events : [event]) {
      const point = place(each, box);
      if (open.erases) erase(open, point);
      else if (pointsOf(open.strokes) < most) open = longer(open, point, box.width / box.height);
    }
    if (open.strokes === strokes) return;
    const ink = [...open.before, ...open.strokes];
    drawing.update({ ink, ...(isFull(ink) && { status: FULL }) });
    if (isFull(ink)) end();
  });

  // One undo brings back all that was erased without lifting the pen.
  const erase = (/** @type {Open} */ eraser, /** @type {Point} */ point) => {
    const ink = erased(drawing.ink, eraser.last, point);
    eraser.last = point;
    if (ink.length === drawing.ink.length) return;
    if (eraser.hasErased) drawing.update({ ink });
    else history.edit(ink);
    eraser.hasErased = true;
    eraser.edit = history.edits;
  };

  /** @param {PointerEvent} event @param {boolean} isCancelled as when the browser begins to scroll */
  const leave = (event, isCancelled) => {
    fingers.delete(event.pointerId);
    noteKind(event);
    endIfChanged();
    if (open?.pointer === event.pointerId) end(isCancelled && open.touch && hasJustBegun(open, event.timeStamp));
  };
  canvas.addEventListener('pointerup', (event) => leave(event, false));
  canvas.addEventListener('pointercancel', (event) => leave(event, true));
  canvas.addEventListener('lostpointercapture', (event) => leave(event, false));
  // A finger that rests before it draws is no wish for a menu.
  canvas.addEventListener('contextmenu', (event) => {
    if (open?.touch) event.preventDefault();
    else end();
  });
}

/** @param {Open} open @param {Point} point @param {number} width of the pad @returns {Open} and what is on the pad */
function longer(open, point, width) {
  const stroke = /** @type {Point[]} */ (open.strokes.at(-1));
  const end = stroke[stroke.length - 1];
  const wasOn = open.last === end;
  if (wasOn && near(point, end, NEAREST)) return open;
  const seen = clip(open.last, point, width);
  if (!seen) return Object.assign(open, { last: point }); // not seen, and nothing to tell
  if (wasOn && seen[1] !== point) {
    const written = landed(stroke, point);
    const line = written.length > stroke.length ? [...stroke, seen[1]] : written;
    return { ...open, strokes: [...open.strokes.slice(0, -1), line], last: point };
  }
  const more = wasOn ? [...stroke, seen[1]] : seen;
  return { ...open, strokes: [...open.strokes.slice(0, wasOn ? -1 : undefined), more], last: point };
}

/**
 * The points that were written, without those that a pen flies over as it leaves the pad: so fast, and so much faster
 * than all before, that no hand means a line by it.
 *
 * @param {Point[]} stroke
 * @param {Point} gone beyond the pad
 */
export function landed(stroke, gone) {
  const points = [...stroke, gone];
  const jumps = stroke.map(([x, y], i) => Math.hypot(points[i + 1][0] - x, points[i + 1][1] - y));
  let written = jumps.length;
  while (written > 0 && jumps[written - 1] > FLIGHT) written -= 1;
  const fastest = jumps.slice(0, written).reduce((most, jump) => Math.max(most, jump), 0);
  const flies = written > 0 && jumps.slice(written).every((jump) => jump > MUCH * fastest);
  return flies ? points.slice(0, written + 1) : points;
}

const near = (/** @type {Point} */ [x, y], /** @type {Point} */ [otherX, otherY], /** @type {number} */ way) =>
  Math.hypot(x - otherX, y - otherY) < way;

/** @param {PointerEvent} event @param {DOMRect} box @returns {Point} */
function place(event, box) {
  const within = (/** @type {number} */ way) => Math.round((way / box.height) * 1e4) / 1e4;
  return [within(event.clientX - box.left), within(event.clientY - box.top)];
}
