// Undo and redo by keeping every version of a drawing; versions share their strokes.

/** @typedef {import('../core/store.js').Store<any>} Drawing */
/** @typedef {import('../core/store.js').Ink} Ink */
/** @typedef {{ ink: Ink, picture: string | null }} Version */

export class History {
  /** @type {Version[]} */
  past = [];
  /** @type {Version[]} */
  future = [];
  /** @type {Version[]} what could be redone before the newest version */
  forgone = [];
  edits = 0; // how often a version was left: what goes on by itself stops when this changes

  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
  }

  /**
   * Go on to a new version, which later updates of the ink belong to.
   *
   * @param {Ink} ink
   * @param {string | null} [picture]
   */
  edit(ink, picture = null) {
    this.past.push(this.version());
    this.forgone = this.future;
    this.future = [];
    this.go({ ink, picture });
  }

  /** Leave the newest version, right after its `edit`, as if it had never been. */
  takeBack() {
    const version = this.past.pop();
    if (!version) return;
    this.future = this.forgone;
    this.go(version);
  }

  /**
   * Begin with a version from elsewhere, drawn stroke by stroke.
   *
   * @param {Version} version
   */
  restore({ ink, picture }) {
    const strokes = picture === null ? ink.map((_, drawn) => ink.slice(0, drawn)) : [[]];
    this.past = strokes.map((ink) => ({ ink, picture: null }));
    this.future = [];
    this.go({ ink, picture });
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  clear() {
    if (!this.blank) this.edit([]);
  }

  get blank() {
    return !this.drawing.ink.length && this.drawing.picture === null;
  }

  /** @param {Version[]} from @param {Version[]} to @private */
  step(from, to) {
    const version = from.pop();
    if (!version) return;
    to.push(this.version());
    this.go(version);
  }

  /** @returns {Version} @private */
  version() {
    return { ink: this.drawing.ink, picture: this.drawing.picture };
  }

  /** @param {Version} version @private */
  go(version) {
    this.edits += 1;
    this.drawing.update(version);
  }
}
