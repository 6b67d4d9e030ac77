// Cells as people write and hear them: "C3/7/4/2", "C3 map 7, row 4, column 2".
import { position } from './geometry.js';

export const address = (layer, { map, row, column }) =>
  layer.height * layer.width > 1 ? `${layer.name}/${map}/${row}/${column}` : `${layer.name}/${map}`;

export function spoken(layer, { map, row, column }) {
  if (layer.name === 'output') return `output for digit ${map}`;
  if (layer.height * layer.width === 1) return `${layer.name} unit ${map}`;
  if (layer.maps === 1) return `${layer.name}, row ${row}, column ${column}`;
  return `${layer.name} map ${map}, row ${row}, column ${column}`;
}

// The cell an address names, or null.
export function parse(layers, text) {
  const parts = text.trim().split(/[\s,/]+/);
  const layer = layers.find(({ name }) => name.toLowerCase() === parts[0]?.toLowerCase());
  if (!layer) return null;
  const spatial = layer.height * layer.width > 1;
  const numbers = parts.slice(1).map(Number);
  if (numbers.length !== (spatial ? 3 : 1) || numbers.some((number) => !Number.isInteger(number))) return null;
  const [map, row = 0, column = 0] = numbers;
  const inside = (value, size) => value >= 0 && value < size;
  if (!inside(map, layer.maps) || !inside(row, layer.height) || !inside(column, layer.width)) return null;
  return { layer: layer.name, map, row, column };
}

// The unit number i, counted through maps, rows and columns.
export function unit(layer, i) {
  const area = layer.height * layer.width;
  const within = i % area;
  return { layer: layer.name, map: Math.floor(i / area), row: Math.floor(within / layer.width), column: within % layer.width };
}

export const layerOf = (layers, cell) => layers[position(layers, cell.layer)];

export const before = (layers, cell) => layers[position(layers, cell.layer) - 1];
