// What travels between page and server: numbers as float16 in base64, pictures in hexadecimal, replies that may fail.

/** @typedef {import('./geometry.js').Layer} Layer */
/**
 * @typedef {object} Reply what the server says of a drawing
 * @property {number} sequence
 * @property {number | null} digit
 * @property {'digit' | 'unsure' | 'no digit' | 'blank'} verdict
 * @property {[number, number]} candidates
 * @property {number[]} probabilities
 * @property {[scale: number, left: number, top: number]} placement of the picture on the pad; scale 0: there is none
 * @property {string} values all layers one after another
 * @property {Explanation} [explanation] the sum behind the cell that was asked about
 */
/** @typedef {[layer: string, map: number, row: number, column: number]} CellFields */
/** @typedef {{ cell: CellFields, value: number } & (Picture | Convolution | Pooling | Connected)} Explanation */
/** @typedef {{ kind: 'picture' }} Picture */
/** @typedef {{ map: number, patch: number[][], kernel: number[][], products: number[][], sum: number }} Patch */
/** @typedef {{ kind: 'convolution', maps: Patch[], bias: number, pre_activation: number }} Convolution */
/** @typedef {{ kind: 'pooling', values: number[][], winner: [row: number, column: number] }} Pooling */
/** @typedef {{ logits: number[], exponentials: number[], sum: number }} Softmax */
/** @typedef {{ digit: number, difference: number, bias: number, products: number[] }} Against */
/**
 * @typedef {object} Connected
 * @property {'fully connected'} kind
 * @property {number[]} inputs
 * @property {number[]} weights
 * @property {number[]} products
 * @property {number} bias
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
export function values(base64) {
  const text = atob(base64);
  const decoded = new Float32Array(text.length / 2);
  for (let i = 0; i < decoded.length; i += 1) {
    decoded[i] = halves[text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 8)];
  }
  return decoded;
}

/**
 * The values of every layer, by its name.
 *
 * @param {string} base64
 * @param {Layer[]} layers
 */
export function decode(base64, layers) {
  const all = values(base64);
  /** @type {Record<string, Float32Array>} */
  const byLayer = {};
  let start = 0;
  for (const { name, maps, height, width } of layers) {
    const end = start + maps * height * width;
    byLayer[name] = all.subarray(start, end);
    start = end;
  }
  return byLayer;
}

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
