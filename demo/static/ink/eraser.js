// A pen's other end: the strokes that it touches go.
import { toLine } from '../core/geometry.js';

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
