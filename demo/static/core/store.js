// A drawing and what is shown of it. Parts change it with `update` alone, and hear once of each update what it changed.

/** @typedef {[x: number, y: number]} Point in fractions of the pad's height, y down, from the pad's top left */
/** @typedef {Point[]} Stroke */
/** @typedef {Stroke[]} Ink replaced, never changed in place */
/** @typedef {({ ink: Ink } | { picture: string }) & { network?: string }} Subject what the server is asked about */
/** @typedef {{ sequence: number, subject: Subject }} Answered what an answer answers: the question's number, what it was about */
/** @typedef {import('./geometry.js').Cell} Cell */
/** @typedef {import('./geometry.js').Layer} Layer */
/** @typedef {import('./wire.js').Reply & Answered & { layers: Record<string, Float32Array> }} Answer */

/**
 * @typedef {object} Network as the server describes it
 * @property {string} [network] what the server calls it; the bundled one has no such name
 * @property {string} [name] of its file
 * @property {boolean} [followed] whether the page was started with it
 * @property {number} [saved] how often, since it is followed
 * @property {Layer[]} layers
 * @property {Row[]} ledger
 * @property {string} activation
 * @property {string} pooling
 * @property {string} scaling
 * @property {string} output logits, or distances
 * @property {number} [testError] on MNIST's test set, in percent
 * @property {{ batches: number[], loss: number[], test_error_percent: number[] }} [moments] of its training
 * @property {Way[]} [ways] to run it, the best first
 */
/** @typedef {{ network: string, called: string, reads: number | null }} Way reads: null where it was hardly tried */
/**
 * @typedef {object} Row of the ledger of sharing
 * @property {string} layer
 * @property {number} parameters
 * @property {number} uses 0: the layer has nothing to train
 * @property {number} connections
 * @property {number} untied
 * @property {number} fully_connected
 */

/** @template {Answered} [A=Answered] */
export class Store extends EventTarget {
  /** @type {Ink} */
  ink = [];
  /** @type {string | null} instead of ink: a picture, row by row in hexadecimal */
  picture = null;
  /** @type {A | null} the newest answer, as it is painted */
  answer = null;
  /** @type {Ink | null} the whole of what is shown in part; what is kept of the page when it is left */
  whole = null;
  penDown = false;
  /** What is said below the pad: kind is ready, lost, error, or nothing yet. */
  status = { kind: '', text: 'Starting …' };
  /** @type {Subject} follows from picture and ink */
  subject = { ink: this.ink };

  /**
   * Change several things at once; whoever listens sees all of them changed, and all that follows from them.
   *
   * @param {Partial<this>} changes
   */
  update(changes) {
    const before = /** @type {this} */ ({ ...this });
    for (const key of Object.keys(changes)) if (!(key in before)) throw new TypeError(`a store has no ${key}`);
    Object.assign(this, changes);
    this.follow(before);
    const keys = /** @type {(keyof this)[]} */ (Object.keys(this));
    const changed = new Set(keys.filter((key) => this[key] !== before[key]));
    if (changed.size) this.dispatchEvent(new CustomEvent('change', { detail: changed }));
  }

  /**
   * Bring what follows from other things up to date.
   *
   * @param {this} before
   * @protected
   */
  follow(before) {
    if (this.ink === before.ink && this.picture === before.picture) return;
    this.subject = this.about();
  }

  /** @returns {Subject} */
  about() {
    return this.picture === null ? { ink: this.ink } : { picture: this.picture };
  }

  /**
   * Call the listener after every update that changes one of the keys.
   *
   * @param {(keyof this)[]} keys
   * @param {() => void} listener
   */
  on(keys, listener) {
    this.addEventListener('change', (event) => {
      const changed = /** @type {CustomEvent<Set<keyof this>>} */ (event).detail;
      if (keys.some((key) => changed.has(key))) listener();
    });
  }

  /**
   * The same, and now.
   *
   * @param {(keyof this)[]} keys
   * @param {() => void} listener
   */
  show(keys, listener) {
    this.on(keys, listener);
    listener();
  }
}

/** @extends {Store<Answer>} */
class Exploration extends Store {
  /** @type {Network} the pad says which one is bundled, before anything is asked */
  network = { layers: [], ledger: [], activation: '', pooling: '', scaling: '', output: '' };
  /** @type {Network | null} a second one, beside it */
  other = null;
  /** @type {Answer | null} its newest answer */
  otherAnswer = null;
  preActivation = false; // whether C1, C3, C5, F6 show their sums before the ReLU
  /** @type {'layer' | 'map' | 'hidden'} what full colour stands for: the largest of the layer, the map, all hidden layers */
  scale = 'layer';
  /** @type {Cell | null} the cell under the pointer */
  hover = null;
  /** @type {Cell[]} cells opened one from another, the last one shown */
  pinned = [];
  /** @type {{ layer: string, map: number, index: number } | null} while the kernel slides: cells after index still hidden */
  reveal = null;
  /** @type {Cell | null} what is outlined: the cell under the pointer, or else the pinned one; follows from both */
  selected = null;

  /** @override @param {this} before */
  follow(before) {
    super.follow(before);
    if (this.network !== before.network) {
      this.subject = this.about();
      const { layers } = this.network;
      const isThere = (/** @type {Cell} */ cell) => layers.some((layer) => holds(layer, cell));
      if (!this.pinned.every(isThere)) this.pinned = [];
      Object.assign(this, { answer: null, hover: null, reveal: null });
    }
    if (same(this.hover, before.hover)) this.hover = before.hover;
    this.selected = this.hover ?? this.pinned.at(-1) ?? null;
  }

  /** @override @returns {Subject} */
  about() {
    const { network } = this.network;
    return network ? { ...super.about(), network } : super.about();
  }
}

/** @param {Layer} layer @param {Cell} cell */
const holds = ({ name, maps, height, width }, { layer, map, row, column }) =>
  name === layer && map < maps && row < height && column < width;

/** @type {(a: Cell | null, b: Cell | null) => boolean} */
const same = (a, b) => a?.layer === b?.layer && a?.map === b?.map && a?.row === b?.row && a?.column === b?.column;

// What the parts of the first tab share. The wide pad of the second has a store of its own.
export const state = new Exploration();
