// A drawing, a selection and which network looks at it, as an address, and back. Nothing is kept on the server.
import { address, layerOf, parse } from './cells.js';
import { toLine } from './geometry.js';

/** @typedef {import('./geometry.js').Layer} Layer */
/** @typedef {import('./geometry.js').Cell} Cell */
/** @typedef {import('./store.js').Ink} Ink */
/** @typedef {import('./store.js').Stroke} Stroke */
/** @typedef {import('./store.js').Point} Point */

const LONGEST = 8000; // letters of a link, which servers and messengers bear
const PUBLISHED = /^[a-z][a-z0-9-]*$/; // a network's name; what a visitor's own is called has a point in it
const HALF_PIXEL = 1 / 40; // of the ink's longest side, which is 20 pixels of the 28x28 picture

/** @typedef {{ ink: Ink, picture: string | null, cell: Cell | null, network: string | null }} Shown network: null for the bundled one */

/**
 * Strokes in whole thousandths of the pad's height: "x.y_x.y~x.y". Where that makes too long a link, points are left
 * out that lie within half a pixel of the 28x28 picture of the line without them; null where that is not enough. A network of
 * the visitor's own is left out, since whoever opens the link has none of it.
 *
 * @param {string} page the page's address
 * @param {Shown} shown
 * @param {Layer[]} layers
 */
export function shareLink(page, { ink, picture, cell, network }, layers) {
  const link = (/** @type {Ink} */ ink) => {
    const url = new URL(page.split(/[?#]/)[0]);
    if (picture) url.searchParams.set('picture', picture);
    else if (ink.length) url.searchParams.set('ink', ink.map(written).join('~'));
    if (cell) url.searchParams.set('cell', address(layerOf(layers, cell), cell));
    if (network && PUBLISHED.test(network)) url.searchParams.set('network', network);
    return url.href;
  };
  const whole = link(ink);
  if (whole.length <= LONGEST) return whole;
  const points = ink.flat();
  const side = (/** @type {0 | 1} */ axis) =>
    points.reduce((most, point) => Math.max(most, point[axis]), -Infinity) -
    points.reduce((least, point) => Math.min(least, point[axis]), Infinity);
  const most = HALF_PIXEL * Math.max(side(0), side(1));
  const thin = [];
  let left = LONGEST / 4; // points; each takes four letters at least
  for (const stroke of ink) {
    const points = thinned(stroke, most, left);
    if (!points) return null;
    thin.push(points);
    left -= points.length;
  }
  const short = link(thin);
  return short.length <= LONGEST ? short : null;
}

/**
 * A stroke with fewer points, none farther than `away` from the line that is left; null if that takes more than `most`.
 * Source: Douglas, Peucker 1973, "Algorithms for the reduction of the number of points".
 *
 * @param {Stroke} stroke
 * @param {number} away
 * @param {number} most
 */
export function thinned(stroke, away, most) {
  const kept = new Set([0, stroke.length - 1]);
  const spans = [[0, stroke.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let [farthest, at] = [away, -1];
    for (let i = first + 1; i < last; i += 1) {
      const off = toLine(stroke[i], stroke[first], stroke[last]);
      if (off > farthest) [farthest, at] = [off, i];
    }
    if (at < 0) continue;
    kept.add(at);
    if (kept.size > most) return null;
    spans.push([first, at], [at, last]);
  }
  return stroke.filter((_, i) => kept.has(i));
}

/**
 * What an address says; what makes no sense is left out.
 *
 * @param {string} search the part of the address from its question mark
 * @param {Layer[]} layers
 * @returns {Shown}
 */
export function readLink(search, layers) {
  const query = new URLSearchParams(search);
  const picture = query.get('picture') ?? '';
  const cell = parse(layers, query.get('cell') ?? '');
  const named = query.get('network') ?? '';
  const network = PUBLISHED.test(named) ? named : null;
  if (/^[0-9a-f]{1568}$/.test(picture)) return { ink: [], picture, cell, network };
  return { ink: strokes(query.get('ink') ?? ''), picture: null, cell, network };
}

/** @param {Stroke} stroke */
const written = (stroke) => stroke.map((point) => point.map((value) => Math.round(value * 1000)).join('.')).join('_');

/** @param {string} text @returns {Ink} */
function strokes(text) {
  if (!text) return [];
  const read = (/** @type {string} */ point) => point.split('.').map((value) => Number(value || NaN) / 1000);
  const ink = text.split('~').map((stroke) => stroke.split('_').map(read));
  const sound = (/** @type {number[]} */ point) => point.length === 2 && point.every((value) => Math.abs(value) < 10);
  return ink.every((stroke) => stroke.every(sound)) ? /** @type {Ink} */ (ink) : [];
}
