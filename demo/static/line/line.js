// What the parts of the second tab share: a line of ink, or a strip of a photo, and what is found on it.
import { Store } from '../core/store.js';
import { History } from '../ink/history.js';
import { placed } from './place.js';

/** @typedef {import('../core/store.js').Answered} Answered */
/** @typedef {import('./place.js').Place} Place */
/**
 * @typedef {object} Found a digit
 * @property {number} digit
 * @property {number} confidence
 * @property {[left: number, top: number, right: number, bottom: number]} box in pad heights, of a photo in pixels
 * @property {number[]} strokes numbers of the strokes it is made of
 * @property {string} [picture] instead of strokes
 */
/**
 * @typedef {object} Reply what the server says of a line
 * @property {number} sequence
 * @property {string} text
 * @property {boolean} blank
 * @property {Found[]} detections
 * @property {[scale: number, left: number, top: number]} placement of the strip on the pad
 * @property {string} scores
 */

/** @typedef {Reply & Answered & { logits: Float32Array, columns: number, names: string[] }} Answer a row of logits for each name, a column a window */

export const DIGITS = [...'0123456789'];

/** @extends {Store<Answer>} */
class Line extends Store {
  method = 'best'; // who reads
  /** @type {string | null} the network of the first tab, where it does */
  network = null;
  scrolled = 0; // CSS pixels of the pad that are to the left of what is seen
  size = { width: 0, height: 0 }; // of the pad, in CSS pixels
  /** @type {Place | null} where the answer's strip lies on the pad; follows from answer and size */
  place = null;
  /** @type {number | null} the column of the score map that is pointed at */
  column = null;

  /** @override @param {this} before */
  follow(before) {
    super.follow(before);
    if (this.network !== before.network) this.subject = this.about();
    if (this.answer !== before.answer || this.size !== before.size) {
      this.place = this.answer && placed(this.answer, this.size);
    }
    if (this.column !== null && this.column >= (this.answer?.columns ?? 0)) this.column = null;
  }

  /** @override @returns {import('../core/store.js').Subject} */
  about() {
    const { network } = this;
    return network ? { ...super.about(), network } : super.about();
  }
}

export const line = new Line();
export const history = new History(line);
