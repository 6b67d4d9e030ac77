// A drawing and what is shown of it. Parts change it with `set` and hear of changes by key.
export class State extends EventTarget {
  ink = []; // strokes, a stroke a list of [x, y] in pad heights; replaced, never changed in place
  picture = null; // instead of ink: a 28x28 picture to explore, 784 bytes in hexadecimal
  answer = null; // the newest painted answer of the server, decoded
  preActivation = false; // whether C1, C3, C5, F6 show their sums before the ReLU

  scale = 'layer'; // what full colour stands for: the largest of the layer, the map, or all layers
  hover = null; // the cell under the pointer: { layer, map, row, column }
  pinned = []; // cells opened one from another, the last one shown
  reveal = null; // while the kernel slides: { layer, map, index }, cells after index still hidden

  // What is outlined and explained: the cell under the pointer, or else the pinned one.
  get selected() {
    return this.hover ?? this.pinned.at(-1) ?? null;
  }

  // What the server is asked about: the picture, or else the ink.
  get subject() {
    return this.picture ? { picture: this.picture } : { ink: this.ink };
  }

  set(key, value) {
    this[key] = value;
    this.dispatchEvent(new CustomEvent(key, { detail: value }));
  }

  on(key, listener) {
    this.addEventListener(key, (event) => listener(event.detail));
  }
}

// What the parts of the first tab share. The wide pad of the second has a state of its own.
export const state = new State();
