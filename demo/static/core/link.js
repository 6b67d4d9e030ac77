// A drawing and a selection as an address, and back. Nothing is kept on the server.
import { address, layerOf, parse } from './cells.js';

/** @typedef {import('./geometry.js').Layer} Layer */
/** @typedef {import('./geometry.js').Cell} Cell */
/** @typedef {import('./store.js').Ink} Ink */
/** @typedef {import('./store.js').Stroke} Stroke */
/** @typedef {import('./store.js').Point} Point */

/**
 * Strokes in whole thousandths of the pad's height: "x.y_x.y~x.y".
 *
 * @param {string} page the page's address
 * @param {{ ink: Ink, picture: string | null, cell: Cell | null }} shown
 * @param {Layer[]} layers
 */
export function shareLink(page, { ink, picture, cell }, layers) {
  const url = new URL(page.split(/[?#]/)[0]);
  if (picture) url.searchParams.set('picture', picture);
  else if (ink.length) url.searchParams.set('ink', ink.map(written).join('~'));
  if (cell) url.searchParams.set('cell', address(layerOf(layers, cell), cell));
  return url.href;
}

/**
 * What an address says; what makes no sense is left out.
 *
 * @param {string} search the part of the address from its question mark
 * @param {Layer[]} layers
 * @returns {{ ink: Ink, picture: string | null, cell: Cell | null }}
 */
export function readLink(search, layers) {
  const query = new URLSearchParams(search);
  const picture = query.get('picture') ?? '';
  const cell = parse(layers, query.get('cell') ?? '');
  if (/^[0-9a-f]{1568}$/.test(picture)) return { ink: [], picture, cell };
  return { ink: strokes(query.get('ink') ?? ''), picture: null, cell };
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
