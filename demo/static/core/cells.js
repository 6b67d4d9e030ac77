// Cells as people write and hear them: "C3/7/4/2", "C3 map 7, row 4, column 2".
import { position } from './geometry.js';

/** @typedef {import('./geometry.js').Layer} Layer */
/** @typedef {import('./geometry.js').Cell} Cell */
/** @typedef {Omit<Cell, 'layer'>} Place a cell within its layer */

// A layer of pictures, not of single units.
/** @param {Layer} layer */
export const spatial = (layer) => layer.height * layer.width > 1;

/** @param {Layer} layer @param {Place} place */
export const address = (layer, { map, row, column }) =>
  spatial(layer) ? `${layer.name}/${map}/${row}/${column}` : `${layer.name}/${map}`;

// What a unit of the output stands for.
/** @param {Layer | undefined} output @param {number} unit */
export const labelOf = (output, unit) => output?.labels?.[unit] ?? String(unit);

/** @param {Layer} layer @param {Place} place */
export function spoken(layer, { map, row, column }) {
  if (layer.name === 'output') return layer.labels ? `output for ${layer.labels[map]}` : `output for digit ${map}`;
  if (!spatial(layer)) return `${layer.name} unit ${map}`;
  if (layer.maps === 1) return `${layer.name}, row ${row}, column ${column}`;
  return `${layer.name} map ${map}, row ${row}, column ${column}`;
}

/**
 * The cell an address names, or null.
 *
 * @param {Layer[]} layers
 * @param {string} text
 * @returns {Cell | null}
 */
export function parse(layers, text) {
  const parts = text.trim().split(/[\s,/]+/);
  const layer = layers.find(({ name }) => name.toLowerCase() === parts[0].toLowerCase());
  if (!layer) return null;
  const numbers = parts.slice(1).map(Number);
  if (numbers.length !== (spatial(layer) ? 3 : 1) || numbers.some((number) => !Number.isInteger(number))) return null;
  const [map, row = 0, column = 0] = numbers;
  const inside = (/** @type {number} */ value, /** @type {number} */ size) => value >= 0 && value < size;
  if (!inside(map, layer.maps) || !inside(row, layer.height) || !inside(column, layer.width)) return null;
  return { layer: layer.name, map, row, column };
}

/**
 * The unit number i, counted through maps, rows and columns.
 *
 * @param {Layer} layer
 * @param {number} i
 * @returns {Cell}
 */
export function unit(layer, i) {
  const area = layer.height * layer.width;
  const within = i % area;
  return {
    layer: layer.name,
    map: Math.floor(i / area),
    row: Math.floor(within / layer.width),
    column: within % layer.width,
  };
}

/** @param {Layer[]} layers @param {Cell} cell */
export const layerOf = (layers, cell) => layers[position(layers, cell.layer)];

/** @param {Layer[]} layers @param {Cell} cell */
export const before = (layers, cell) => layers[position(layers, cell.layer) - 1];
