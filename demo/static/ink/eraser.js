// A pen's other end: the strokes that it touches go.

/** @typedef {import('../core/store.js').Ink} Ink */
/** @typedef {import('../core/store.js').Point} Point */

const REACH = 0.03; // pad heights

/**
 * The ink without the strokes that an eraser touches on its way.
 *
 * @param {Ink} ink
 * @param {Point} from
 * @param {Point} to
 */
export const erased = (ink, from, to) =>
  ink.filter((stroke) => !stroke.some((point, at) => apart(stroke[Math.max(0, at - 1)], point, from, to) < REACH));

/** How far apart two lines are at least, where they do not cross: then 0. @type {(...ends: Point[]) => number} */
function apart(a, b, c, d) {
  const side = (/** @type {Point} */ p, /** @type {Point} */ q, /** @type {Point} */ r) =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return 0;
  return Math.min(toLine(a, c, d), toLine(b, c, d), toLine(c, a, b), toLine(d, a, b));
}

/** @param {Point} point @param {Point} from @param {Point} to */
function toLine([x, y], [x0, y0], [x1, y1]) {
  const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const share = length && Math.min(Math.max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0), 1);
  return Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0));
}
