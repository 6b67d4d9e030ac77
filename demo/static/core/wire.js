// What travels between page and server: ink in small steps; numbers as bytes, or as float16 in base64; pictures in
// hexadecimal; replies that may fail.

/** @typedef {import('./geometry.js').Layer} Layer */
/**
 * @typedef {object} Reply what the server says of a drawing
 * @property {number} sequence
 * @property {number | null} digit
 * @property {'digit' | 'unsure' | 'no digit' | 'blank'} verdict
 * @property {[number, number]} candidates
 * @property {number[]} probabilities
 * @property {[scale: number, left: number, top: number]} placement of the picture on the pad; scale 0: there is none
 * @property {string | Uint8Array} values all layers one after another: float16 in base64; or bytes, first the steps of
 *   all maps, float32, then of layers with maps a signed byte a value, so many steps, and of the others float16
 * @property {boolean} [whole] whether the bytes hold pooling layers too
 * @property {Explanation} [explanation] the sum behind the cell that was asked about
 */
/** @typedef {[layer: string, map: number, row: number, column: number]} CellFields */
/** @typedef {{ cell: CellFields, value: number } & (Picture | Convolution | Pooling | Connected | Distances)} Explanation */
/** @typedef {{ kind: 'picture' }} Picture */
/** @typedef {{ map: number, patch: number[][], kernel: number[][], products: number[][], sum: number }} Patch */
/** @typedef {{ kind: 'convolution', maps: Patch[], bias: number | null, pre_activation: number }} Convolution */
/**
 * @typedef {object} Pooling
 * @property {'pooling'} kind
 * @property {number[][]} values
 * @property {[row: number, column: number]} [winner] of max pooling
 * @property {number} [pre_activation] where the activation comes after it
 * @property {number} [gain] of trained pooling, with the bias
 * @property {number} [bias]
 */
/**
 * @typedef {object} Distances to the bitmaps of digits
 * @property {'distances'} kind
 * @property {number[]} inputs
 * @property {number[]} weights the bitmap
 * @property {number[]} products squared differences
 * @property {number[]} distances to all bitmaps
 * @property {Against} against
 */
/** @typedef {{ logits: number[], exponentials: number[], sum: number }} Softmax */
/** @typedef {{ digit: number, difference: number, bias: number | null, products: number[] }} Against */
/**
 * @typedef {object} Connected
 * @property {'fully connected'} kind
 * @property {number[]} inputs
 * @property {number[]} weights
 * @property {number[]} products
 * @property {number | null} bias
 * @property {number} [pre_activation] all but the output
 * @property {Softmax} [softmax] the output alone
 * @property {Against} [against] the output alone
 */

const halves = new Float32Array(65536); // every float16, by its bits
for (let bits = 0; bits < 65536; bits += 1) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  let value;
  if (exponent === 0) value = fraction * 2 ** -24;
  else if (exponent === 31) value = fraction ? NaN : Infinity;
  else value = (1 + fraction / 1024) * 2 ** (exponent - 15);
  halves[bits] = bits & 0x8000 ? -value : value;
}

/** @param {string} base64 */
export const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** @param {string} base64 little-endian float16 */
export const values = (base64) => halvesIn(bytesOf(base64));

/** @param {Uint8Array} bytes little-endian float16 */
function halvesIn(bytes) {
  const decoded = new Float32Array(bytes.length / 2);
  for (let i = 0; i < decoded.length; i += 1) decoded[i] = halves[bytes[2 * i] | (bytes[2 * i + 1] << 8)];
  return decoded;
}

/**
 * The values of every layer, by its name.
 *
 * @param {Pick<Reply, 'values' | 'whole'>} reply
 * @param {Layer[]} layers
 */
export function decode({ values, whole = false }, layers) {
  return typeof values === 'string' ? ofHalves(halvesIn(bytesOf(values)), layers) : ofBytes(values, whole, layers);
}

/** @param {Float32Array} values @param {Layer[]} layers */
function ofHalves(values, layers) {
  /** @type {Record<string, Float32Array>} */
  const byLayer = {};
  let start = 0;
  for (const { name, maps, height, width } of layers) {
    const end = start + maps * height * width;
    byLayer[name] = values.subarray(start, end);
    start = end;
  }
  return byLayer;
}

/** @param {Uint8Array} bytes @param {boolean} whole @param {Layer[]} layers */
function ofBytes(bytes, whole, layers) {
  const isSent = (/** @type {Layer} */ { kind }) => whole || kind !== 'pooling';
  const maps = layers.filter((layer) => isSent(layer) && layer.height > 1).reduce((sum, layer) => sum + layer.maps, 0);
  const steps = new Float32Array(bytes.slice(0, 4 * maps).buffer).values();
  /** @type {Record<string, Float32Array>} */
  const byLayer = {};
  let start = 4 * maps;
  layers.forEach((layer, i) => {
    const { name, height } = layer;
    const units = layer.maps * height * layer.width;
    if (!isSent(layer)) {
      byLayer[name] = pooled(byLayer[layers[i - 1].name], layers[i - 1], layer);
      return;
    }
    const end = start + units * (height > 1 ? 1 : 2);
    const part = bytes.subarray(start, end);
    byLayer[name] = height > 1 ? stepped(part, units / layer.maps, steps) : halvesIn(part);
    start = end;
  });
  return byLayer;
}

/** @param {Uint8Array} bytes of all maps @param {number} area @param {Iterator<number>} steps of each */
function stepped(bytes, area, steps) {
  const numbers = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = new Float32Array(numbers.length);
  for (let start = 0; start < numbers.length; start += area) {
    const step = steps.next().value;
    for (let i = start; i < start + area; i += 1) found[i] = numbers[i] * step;
  }
  return found;
}

// What max pooling makes of a layer, in squares that lie side by side; of an odd size, the last row or column is left out.
/** @param {Float32Array} values @param {Layer} from @param {Layer} to */
function pooled(values, from, to) {
  const found = new Float32Array(to.maps * to.height * to.width).fill(-Infinity);
  const [rows, columns] = [to.height * to.stride, to.width * to.stride];
  for (let map = 0; map < to.maps; map += 1) {
    for (let row = 0; row < rows; row += 1) {
      const start = (map * from.height + row) * from.width;
      const first = (map * to.height + Math.floor(row / to.stride)) * to.width;
      for (let column = 0; column < columns; column += 1) {
        const at = first + Math.floor(column / to.stride);
        if (values[start + column] > found[at]) found[at] = values[start + column];
      }
    }
  }
  return found;
}

/**
 * A reply with numbers in bytes behind it: four bytes with the length of its head, the head as JSON, the numbers.
 *
 * @param {ArrayBuffer} buffer
 */
export function opened(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return 'error' in head ? head : { ...head, values: new Uint8Array(buffer, 4 + length) };
}

const FINEST = 0.3; // pixels of the network's picture: closer together, rasterize draws no point of its own either
const UNITS = 50; // a pixel
const BOX = 17.5; // pixels that a digit's longer side takes
const SMALLEST = 0.02; // pad heights; smaller ink is a dot

/**
 * Ink as it is sent, in a request of some hundred bytes for a digit however slow the pen was: without points that lie
 * next to others, and of each stroke the first point and the steps from one to the next, in whole numbers of a unit.
 *
 * @param {import('./store.js').Ink} ink
 * @param {(...sides: number[]) => number} [side] which side of the ink is as high as a digit
 */
export function stepsOf(ink, side = Math.max) {
  const [xs, ys] = [0, 1].map((axis) => ink.flatMap((stroke) => stroke.map((point) => point[axis])));
  const pixel = Math.max(side(span(xs), span(ys)), SMALLEST) / BOX;
  const unit = pixel / UNITS;
  const steps = ink.map((stroke) => {
    /** @type {number[]} */
    const sent = [];
    let [left, top] = [0, 0];
    stroke.forEach(([x, y], i) => {
      const [column, row] = [Math.round(x / unit) - left, Math.round(y / unit) - top];
      const isEnd = i === 0 || i === stroke.length - 1;
      if (!isEnd && Math.hypot(column, row) < FINEST * UNITS) return;
      sent.push(column, row);
      left += column;
      top += row;
    });
    return sent;
  });
  return { unit, steps };
}

/**
 * What is asked about, as it is sent.
 *
 * @template {Record<string, unknown>} T
 * @param {T} subject
 * @param {(...sides: number[]) => number} [side] of ink, as `stepsOf` takes it
 */
export function sent(subject, side) {
  const { ink, ...rest } = subject;
  return ink ? { ...stepsOf(/** @type {import('./store.js').Ink} */ (ink), side), ...rest } : rest;
}

/** @param {number[]} places */
const span = (places) => (places.length ? places.reduce(larger) - places.reduce(smaller) : 0);
/** @type {(a: number, b: number) => number} */
const larger = (a, b) => Math.max(a, b);
/** @type {(a: number, b: number) => number} */
const smaller = (a, b) => Math.min(a, b);

/** @param {string} hex two digits a pixel */
export const pixelsOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));

/**
 * The reply, if it is one. Throws what the server says is wrong, or that it says nothing.
 *
 * @template {object} R
 * @param {R | { error: string } | null | undefined} reply
 * @returns {R}
 */
export function granted(reply) {
  if (!reply || typeof reply !== 'object') throw new Error('The server does not answer. Try again in a moment.');
  if ('error' in reply && typeof reply.error === 'string') throw new Error(reply.error);
  return /** @type {R} */ (reply);
}
