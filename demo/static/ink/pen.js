// The pen: pointer events -> strokes of a drawing; undo, redo and clear; strokes -> a smooth line on a canvas.
import { say } from '../core/format.js';

const NEAREST = 0.002; // pad heights; a point closer to the last one adds nothing
const PEN = 0.05; // width of the line shown, in pad heights
const MOST_POINTS = 20000; // what the server reads at once

export function mountPen(canvas, history, status) {
  let pointer = null;
  const { drawing } = history;
  const place = (event, box) => [
    Math.round(((event.clientX - box.left) / box.height) * 1e4) / 1e4,
    Math.round(((event.clientY - box.top) / box.height) * 1e4) / 1e4,
  ];

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0) return;
    if (drawing.ink.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST_POINTS) {
      status('error', 'The pad is full. Clear it, or undo a few strokes, to draw on.');
      return;
    }
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    pointer = event.pointerId;
    try {
      canvas.setPointerCapture(pointer);
    } catch {
      // A pointer that is already gone cannot be captured; the stroke is a dot.
    }
    history.begin();
    drawing.set('ink', [...drawing.ink, [place(event, canvas.getBoundingClientRect())]]);
  });

  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer) return;
    const box = canvas.getBoundingClientRect();
    const stroke = [...drawing.ink.at(-1)];
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const [x, y] = place(each, box);
      const [lastX, lastY] = stroke.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= NEAREST) stroke.push([x, y]);
    }
    if (stroke.length > drawing.ink.at(-1).length) drawing.set('ink', [...drawing.ink.slice(0, -1), stroke]);
  });

  const end = (event) => {
    if (event.pointerId === pointer) pointer = null;
  };
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture']) canvas.addEventListener(type, end);
}

// Undo and redo by keeping every version of the ink; versions share their strokes.
export class History {
  constructor(element, drawing, prefix = '') {
    this.drawing = drawing;
    this.past = [];
    this.future = [];
    const button = (id) => element.querySelector(`[data-testid=${prefix}${id}]`);
    this.buttons = { undo: button('undo'), redo: button('redo'), clear: button('clear') };
  }

  begin() {
    document.dispatchEvent(new CustomEvent('lenet:edit')); // stops a replay
    this.past.push([this.drawing.ink, this.drawing.picture]);
    this.future = [];
    this.drawing.picture = null;
  }

  replace(ink, picture = null) {
    this.begin();
    this.drawing.picture = picture;
    this.drawing.set('ink', ink);
  }

  undo() {
    if (this.past.length) this.step(this.past, this.future);
  }

  redo() {
    if (this.future.length) this.step(this.future, this.past);
  }

  step(from, to) {
    document.dispatchEvent(new CustomEvent('lenet:edit'));
    to.push([this.drawing.ink, this.drawing.picture]);
    const [ink, picture] = from.pop();
    this.drawing.picture = picture;
    this.drawing.set('ink', ink);
  }

  clear() {
    if (this.drawing.ink.length || this.drawing.picture) this.replace([]);
  }

  show() {
    this.buttons.undo.disabled = !this.past.length;
    this.buttons.redo.disabled = !this.future.length;
    this.buttons.clear.disabled = !this.drawing.ink.length && !this.drawing.picture;
  }

  mount(element) {
    for (const [name, button] of Object.entries(this.buttons)) button.addEventListener('click', () => this[name]());
    document.addEventListener('keydown', (event) => {
      // A hidden pad (another tab is open) and a text field keep their own keys.
      if (!element.isConnected || !element.offsetParent || event.target.closest?.('input, textarea, select, [contenteditable]')) return;
      const key = event.key.toLowerCase();
      const command = event.ctrlKey || event.metaKey;
      let done = true;
      if (command && key === 'z') event.shiftKey ? this.redo() : this.undo();
      else if (command && key === 'y') this.redo();
      else if (!command && (key === 'delete' || key === 'backspace')) this.clear();
      else done = false;
      if (done) event.preventDefault();
    });
  }
}

// A function that calls `draw` in the next animation frame, however often it is itself called until then.
export function onceAFrame(draw) {
  let frame = null;
  return () => {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      draw();
    });
  };
}

export function drawInk(canvas, ink, pen = PEN) {
  const box = canvas.getBoundingClientRect();
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, width, height);
  context.lineWidth = pen * height;
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = getComputedStyle(canvas).color;
  for (const stroke of ink) {
    const points = stroke.map(([x, y]) => [x * height, y * height]);
    context.beginPath();
    context.moveTo(...points[0]);
    // Through the middles of neighbours, with the points as control points: smooth whatever the pen's rate.
    for (let i = 1; i < points.length - 1; i += 1) {
      const middle = [(points[i][0] + points[i + 1][0]) / 2, (points[i][1] + points[i + 1][1]) / 2];
      context.quadraticCurveTo(...points[i], ...middle);
    }
    context.lineTo(...points.at(-1));
    context.stroke();
  }
}

export function mountStatus(line) {
  return (kind, text) => {
    say(line, text);
    line.dataset.kind = kind;
  };
}
