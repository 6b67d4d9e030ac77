// A frame over a picture of the network's input: what a cell sees of it.
import { spatial } from '../core/cells.js';
import { html, make } from '../core/element.js';
import { receptiveField } from '../core/geometry.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../core/geometry.js').Cell} Cell */

/**
 * Where a cell looks, in words and as a frame on the picture; nothing where it sees all of it.
 *
 * @param {HTMLElement} frame around the picture's canvas
 */
export function outline(frame) {
  const box = make(html`<div class="lab-outline" aria-hidden="true" hidden></div>`);
  frame.append(box);
  return {
    /** @param {Layer[]} layers @param {Cell} cell @returns what it sees, in words */
    show(layers, cell) {
      const { height, width } = layers[0];
      const layer = layers.find(({ name }) => name === cell.layer);
      const seen = receptiveField(layers, cell)[layers[0].name];
      const isAll = seen.bottom - seen.top + 1 === height && seen.right - seen.left + 1 === width;
      box.hidden = isAll || !layer || !spatial(layer);
      Object.assign(box.style, {
        top: `${(100 * seen.top) / height}%`,
        left: `${(100 * seen.left) / width}%`,
        height: `${(100 * (seen.bottom - seen.top + 1)) / height}%`,
        width: `${(100 * (seen.right - seen.left + 1)) / width}%`,
      });
      return box.hidden ? '' : `rows ${seen.top} to ${seen.bottom}, columns ${seen.left} to ${seen.right}`;
    },
  };
}
