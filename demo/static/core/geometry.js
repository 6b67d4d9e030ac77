// Which cells a cell sees and can influence, from the shapes of LAYERS alone. Boxes are inclusive.

/**
 * @typedef {object} Layer a layer of the network, as the server's LAYERS has it
 * @property {string} name
 * @property {'picture' | 'convolution' | 'pooling' | 'fully connected'} kind
 * @property {number} maps
 * @property {number} height
 * @property {number} width
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} parameters
 * @property {string[]} [labels] of the output's units, where they are no digits
 * @property {number[][]} [reads] of each map the maps before that it reads, where these are not all
 */
/** @typedef {{ layer: string, map: number, row: number, column: number }} Cell */
/** @typedef {{ top: number, bottom: number, left: number, right: number, maps: number[] | null }} Box maps null: all */
/** @typedef {[first: number, last: number]} Span */

/**
 * What the cell sees of every earlier layer, by its name.
 *
 * @param {Layer[]} layers
 * @param {Cell} cell
 */
export function receptiveField(layers, cell) {
  /** @type {Record<string, Box>} */
  const boxes = {};
  /** @type {Span} */
  let rows = [cell.row, cell.row];
  /** @type {Span} */
  let columns = [cell.column, cell.column];
  /** @type {number[] | null} */
  let maps = [cell.map];
  for (let i = position(layers, cell.layer); i > 0; i -= 1) {
    const before = layers[i - 1];
    rows = back(layers[i], rows, before.height);
    columns = back(layers[i], columns, before.width);
    if (layers[i].kind !== 'pooling') maps = readBy(layers[i], maps);
    boxes[before.name] = { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1], maps };
  }
  return boxes;
}

/**
 * What the cell reaches of every later layer, by its name.
 *
 * @param {Layer[]} layers
 * @param {Cell} cell
 */
export function influence(layers, cell) {
  /** @type {Record<string, Box>} */
  const boxes = {};
  /** @type {Span} */
  let rows = [cell.row, cell.row];
  /** @type {Span} */
  let columns = [cell.column, cell.column];
  /** @type {number[] | null} */
  let maps = [cell.map];
  for (const later of layers.slice(position(layers, cell.layer) + 1)) {
    rows = forth(later, rows, later.height);
    columns = forth(later, columns, later.width);
    if (rows[0] > rows[1] || columns[0] > columns[1]) break;
    if (later.kind !== 'pooling') maps = reading(later, maps);
    boxes[later.name] = { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1], maps };
  }
  return boxes;
}

// The maps before that some maps of a layer read.
/** @type {(layer: Layer, maps: number[] | null) => number[] | null} */
const readBy = ({ reads }, maps) => (reads && maps ? [...new Set(maps.flatMap((map) => reads[map]))] : null);

// The maps of a layer that read some of those before.
/** @type {(layer: Layer, maps: number[] | null) => number[] | null} */
const reading = ({ reads }, maps) =>
  reads && maps ? reads.flatMap((read, map) => (read.some((each) => maps.includes(each)) ? [map] : [])) : null;

/** @param {Layer[]} layers @param {string} name */
export const position = (layers, name) => layers.findIndex((layer) => layer.name === name);

/** @type {(layer: Layer, span: Span, size: number) => Span} */
function back({ stride, padding, kernel }, [first, last], size) {
  return [Math.max(first * stride - padding, 0), Math.min(last * stride - padding + kernel - 1, size - 1)];
}

/** @type {(layer: Layer, span: Span, size: number) => Span} */
function forth({ stride, padding, kernel }, [first, last], size) {
  return [
    Math.max(Math.ceil((first + padding - kernel + 1) / stride), 0),
    Math.min(Math.floor((last + padding) / stride), size - 1),
  ];
}

/** @typedef {import('./store.js').Point} Point */

/**
 * How far a point is from a line between two others.
 *
 * @param {Point} point
 * @param {Point} from
 * @param {Point} to
 */
export function toLine([x, y], [x0, y0], [x1, y1]) {
  const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const share = length && Math.min(Math.max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0), 1);
  return Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0));
}
