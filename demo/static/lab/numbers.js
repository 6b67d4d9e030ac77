// An experiment's answer: arrays as numbers with their shape.
import { bytesOf } from '../core/wire.js';

/** @typedef {{ shape: number[], numbers: Float32Array }} Numbers */

/**
 * The same with every array unpacked: {"shape", "numbers": float32 in base64} becomes a Numbers.
 *
 * @param {any} reply
 * @returns {any}
 */
export function unpacked(reply) {
  if (Array.isArray(reply)) return reply.map(unpacked);
  if (!reply || typeof reply !== 'object' || reply instanceof Uint8Array) return reply;
  if (Array.isArray(reply.shape) && typeof reply.numbers === 'string')
    return { shape: reply.shape, numbers: new Float32Array(bytesOf(reply.numbers).buffer) };
  return Object.fromEntries(Object.entries(reply).map(([name, each]) => [name, unpacked(each)]));
}

/**
 * The rows of an array of two dimensions, or maps of one of three.
 *
 * @param {Numbers} array
 */
export function rows({ shape, numbers }) {
  const size = numbers.length / shape[0] || 0;
  return Array.from({ length: shape[0] }, (_, row) => numbers.subarray(row * size, (row + 1) * size));
}
