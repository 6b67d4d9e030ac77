// Where things lie on the wide pad, in CSS pixels.
import { pixelsOf } from '../core/wire.js';

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {(x: number, y: number) => [x: number, y: number]} Mapping to the pad */
/** @typedef {{ at: Mapping, ofStrip: Mapping }} Place of a digit's box, and of a pixel of the strip */

const SIDE = 28; // pixels of a strip's height

/**
 * Of an answer about ink, boxes are in pad heights; of one about a photo, in pixels of its strip.
 *
 * @param {Pick<import('./line.js').Answer, 'subject' | 'placement'>} answer
 * @param {Size} size of the pad
 * @returns {Place}
 */
export function placed({ subject, placement }, size) {
  if ('picture' in subject) {
    const { scale, left, top } = fitted(stripOf(subject.picture), size);
    const at = /** @type {Mapping} */ ((x, y) => [left + x * scale, top + y * scale]);
    return { at, ofStrip: at };
  }
  const { height } = size;
  const [scale, left, top] = placement;
  const per = scale ? height / scale : 0; // CSS pixels of one pixel of the strip
  return {
    at: (x, y) => [x * height, y * height],
    ofStrip: (x, y) => [(x - left) * per, (y - top) * per],
  };
}

/**
 * A strip as large as fits, in the middle.
 *
 * @param {Size} strip
 * @param {Size} into
 */
export function fitted({ width, height }, into) {
  const scale = Math.min(into.width / width, (0.8 * into.height) / height);
  return { scale, left: (into.width - width * scale) / 2, top: (into.height - height * scale) / 2 };
}

/** @param {string} hex */
export function stripOf(hex) {
  const pixels = pixelsOf(hex);
  return { pixels, width: pixels.length / SIDE, height: SIDE };
}
