// Choosing a cell: hovering previews, a click or Enter pins, Escape goes back one level.

import { spatial } from '../core/cells.js';
import { isShown } from '../core/element.js';
import { state } from '../core/store.js';
import { WAYS } from '../ink/keys.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../core/geometry.js').Cell} Cell */

/** @param {Cell} cell */
export const pin = (cell) => state.update({ hover: null, pinned: [...state.pinned, cell] });

export const unpin = () => state.update({ hover: null, pinned: state.pinned.slice(0, -1) });

/** @param {Cell | null} hover */
const preview = (hover) => state.update({ hover });

// Where a click opens or does something; elsewhere it goes back one level.
const BUSY = '.map, .explain, .pad-frame, button, a, input, label, select, canvas, table';

/**
 * Escape, or a click where nothing is, goes back one level, while the cells are on the screen.
 *
 * @param {HTMLElement} cells
 */
export function mountSelect(cells) {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !(state.pinned.length || state.hover) || !isShown(cells)) return;
    event.preventDefault();
    if (state.hover) preview(null);
    else unpin();
  });
  document.addEventListener('click', ({ target }) => {
    if (!state.pinned.length || !isShown(cells)) return;
    if (target instanceof Element && !target.closest(BUSY)) unpin();
  });
}

/**
 * One stop of the Tab key for several maps; the arrows go from one to the next.
 *
 * @param {HTMLElement[]} maps
 */
export function oneStop(maps) {
  maps[0].tabIndex = 0;
  for (const map of maps) {
    map.addEventListener('focus', () => {
      for (const each of maps) each.tabIndex = each === map ? 0 : -1;
    });
  }
}

/**
 * Makes a map's element answer pointer, touch and keys.
 *
 * @param {HTMLElement} element
 * @param {Layer} layer
 * @param {number} map
 */
export function selectable(element, layer, map) {
  const [columns, rows] = spatial(layer) ? [layer.width, layer.height] : [layer.maps, 1];
  const clamp = (/** @type {number} */ value, /** @type {number} */ size) => Math.max(0, Math.min(size - 1, value));
  let [atColumn, atRow] = [Math.floor(columns / 2), Math.floor(rows / 2)]; // where the keys are
  /** @returns {Cell} */
  const cell = (column = atColumn, row = atRow) =>
    spatial(layer) ? { layer: layer.name, map, row, column } : { layer: layer.name, map: column, row: 0, column: 0 };
  const under = (/** @type {MouseEvent} */ { clientX, clientY }) => {
    const box = element.getBoundingClientRect();
    const column = Math.floor(((clientX - box.left) / box.width) * columns);
    const row = Math.floor(((clientY - box.top) / box.height) * rows);
    return [clamp(column, columns), clamp(row, rows)];
  };

  element.addEventListener('pointermove', (event) => event.pointerType !== 'touch' && preview(cell(...under(event))));
  element.addEventListener('pointerleave', () => preview(null));
  element.addEventListener('click', (event) => {
    [atColumn, atRow] = under(event);
    pin(cell());
  });
  element.addEventListener('enter', (event) => {
    [atColumn, atRow] = /** @type {CustomEvent} */ (event).detail;
  });
  element.addEventListener('focus', () => element.matches(':focus-visible') && preview(cell()));
  element.addEventListener('blur', () => preview(null));
  element.addEventListener('keydown', (event) => {
    const step = WAYS[event.key];
    if (step) {
      // Beyond the edge lies the next map.
      const beyond = step[0] && clamp(atColumn + step[0], columns) === atColumn;
      const next = step[0] > 0 ? element.nextElementSibling : element.previousElementSibling;
      if (beyond && next instanceof HTMLElement) {
        next.dispatchEvent(new CustomEvent('enter', { detail: [step[0] > 0 ? 0 : columns - 1, atRow] }));
        next.focus();
        event.preventDefault();
        return;
      }
      [atColumn, atRow] = [clamp(atColumn + step[0], columns), clamp(atRow + step[1], rows)];
      preview(cell());
    } else if (event.key === 'Enter' || event.key === ' ') pin(cell());
    else return;
    event.preventDefault();
  });
}
