// The part of a line that is on the pad: what leaves it is not seen, and does not count.

/** @typedef {import('../core/store.js').Point} Point */

/**
 * The part of the way between two points that lies on a pad 1 high, or null.
 * Source: Liang and Barsky 1984, "A new concept and method for line clipping".
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} width of the pad
 * @returns {[Point, Point] | null}
 */
export function clip(from, to, width) {
  const way = [to[0] - from[0], to[1] - from[1]];
  let [first, last] = [0, 1]; // shares of the way
  for (const [axis, most] of [width, 1].entries()) {
    if (way[axis] === 0) {
      if (from[axis] < 0 || from[axis] > most) return null;
      continue;
    }
    const ends = [-from[axis] / way[axis], (most - from[axis]) / way[axis]];
    first = Math.max(first, Math.min(...ends));
    last = Math.min(last, Math.max(...ends));
  }
  if (first > last) return null;
  /** @param {number} share @returns {Point} */
  const at = (share) => [rounded(from[0] + share * way[0]), rounded(from[1] + share * way[1])];
  return [first > 0 ? at(first) : from, last < 1 ? at(last) : to];
}

const rounded = (/** @type {number} */ value) => Math.round(value * 1e4) / 1e4;
