// The drawing pad: pointer events -> strokes in the shared state; undo, redo, clear, examples.
import { state } from './state.js';
import { Live } from './live.js';
import { decode } from './decode.js';
import { receptiveField } from './geometry.js';
import { readLink } from './link.js';
import { mountExamples } from './examples.js';
import { inkPalette, onTheme, paint, pixelsOf } from './palette.js';

const NEAREST = 0.002; // pad heights; a point closer to the last one adds nothing
const PEN = 0.05; // width of the line shown, in pad heights
const MOST_POINTS = 20000; // what the server reads at once

export function mount(element, config, server) {
  const canvas = element.querySelector('[data-testid=pad]');
  const hint = element.querySelector('.pad-hint');
  const history = new History(element);
  const status = mountStatus(element.querySelector('[data-testid=status]'));

  const live = new Live((request) => server.see(request), {
    onStatus: status,
    onAnswer: (reply) => {
      pending = reply;
      schedule();
    },
  });
  let pending = null;
  let dirty = true;
  let frame = null;

  // One animation frame draws whatever changed: the pad, and the newest answer.
  function schedule() {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      if (dirty) drawPad(canvas);
      dirty = false;
      if (!pending) return;
      const reply = pending;
      pending = null;
      reply.layers = decode(reply.values, config.layers);
      state.set('answer', reply);
      status('ready', 'Live');
      document.dispatchEvent(
        new CustomEvent('lenet:painted', { detail: { sequence: reply.sequence, digit: reply.digit } }),
      );
    });
  }

  const ask = () => {
    const cell = state.pinned.at(-1);
    const about = cell ? { cell: [cell.layer, cell.map, cell.row, cell.column] } : {};
    live.ask({ ...state.subject, ...about, pre_activation: state.preActivation });
  };
  state.on('pinned', ask);
  mountMark(element.querySelector('.pad-mark'), config.layers);
  state.on('ink', (ink) => {
    dirty = true;
    hint.hidden = ink.length > 0 || state.picture !== null;
    history.show();
    schedule();
    ask();
  });
  state.on('preActivation', ask);

  mountPen(canvas, history, status);
  history.mount(element);
  mountExamples(element.querySelector('.examples'), config.examples, history);
  mountPhoto(element.querySelector('[data-testid=photo]'), server, history, status);
  document.addEventListener('lenet:explore', (event) => {
    history.replace([], event.detail);
    canvas.scrollIntoView({ block: 'nearest' });
  });

  const redraw = () => {
    dirty = true;
    schedule();
  };
  new ResizeObserver(redraw).observe(canvas);
  onTheme(redraw);

  const linked = readLink(config.layers);
  state.picture = linked.picture;
  if (linked.cell) state.set('pinned', [linked.cell]);
  state.set('ink', linked.picture ? [] : linked.ink);
  state.set('selection', state.selected);
}

// The part of the ink that the selected cell sees.
function mountMark(mark, layers) {
  const show = () => {
    const cell = state.selected;
    const placed = state.answer?.placement;
    mark.hidden = !cell || !placed || !placed[0];
    if (mark.hidden) return;
    const [scale, left, top] = placed;
    const box = cell.layer === 'input'
      ? { left: cell.column, right: cell.column, top: cell.row, bottom: cell.row }
      : receptiveField(layers, cell).input;
    const percent = (value, offset) => Math.max(0, Math.min(100, (100 * (value - offset)) / scale));
    const [x0, x1] = [percent(box.left, left), percent(box.right + 1, left)];
    const [y0, y1] = [percent(box.top, top), percent(box.bottom + 1, top)];
    Object.assign(mark.style, { left: `${x0}%`, width: `${x1 - x0}%`, top: `${y0}%`, height: `${y1 - y0}%` });
  };
  state.on('selection', show);
  state.on('answer', show);
}

function drawPad(canvas) {
  drawInk(canvas, state.ink);
  if (!state.picture) return;
  const small = document.createElement('canvas');
  paint(small, pixelsOf(state.picture), 28, 28, 255, inkPalette());
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

// A photo of a digit: scaled down here, so that no large file travels, and prepared by the server.
function mountPhoto(input, server, history, status) {
  input.addEventListener('change', async () => {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    try {
      const photo = await createImageBitmap(file);
      const scale = Math.min(1, 640 / Math.max(photo.width, photo.height));
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: Math.max(1, photo.width * scale), height: Math.max(1, photo.height * scale) });
      canvas.getContext('2d').drawImage(photo, 0, 0, canvas.width, canvas.height);
      const reply = await server.photo({ file: canvas.toDataURL('image/png').split(',')[1] });
      if (reply?.picture) history.replace([], reply.picture);
      else status('error', reply?.error ?? 'The server does not answer. Try the photo again in a moment.');
    } catch {
      status('error', 'This file is no picture that can be read; choose a PNG or JPEG.');
    }
  });
}

function mountStatus(line) {
  return (kind, text) => {
    if (line.textContent !== text) line.textContent = text;
    line.dataset.kind = kind;
  };
}

function mountPen(canvas, history, status) {
  let pointer = null;
  const place = (event, box) => [
    Math.round(((event.clientX - box.left) / box.height) * 1e4) / 1e4,
    Math.round(((event.clientY - box.top) / box.height) * 1e4) / 1e4,
  ];

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0) return;
    if (state.ink.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST_POINTS) {
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
    state.set('ink', [...state.ink, [place(event, canvas.getBoundingClientRect())]]);
  });

  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer) return;
    const box = canvas.getBoundingClientRect();
    const stroke = [...state.ink.at(-1)];
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const [x, y] = place(each, box);
      const [lastX, lastY] = stroke.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= NEAREST) stroke.push([x, y]);
    }
    if (stroke.length > state.ink.at(-1).length) state.set('ink', [...state.ink.slice(0, -1), stroke]);
  });

  const end = (event) => {
    if (event.pointerId === pointer) pointer = null;
  };
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture']) canvas.addEventListener(type, end);
}

// Undo and redo by keeping every version of the ink; versions share their strokes.
class History {
  constructor(element) {
    this.past = [];
    this.future = [];
    const button = (id) => element.querySelector(`[data-testid=${id}]`);
    this.buttons = { undo: button('undo'), redo: button('redo'), clear: button('clear') };
  }

  begin() {
    document.dispatchEvent(new CustomEvent('lenet:edit')); // stops a replay
    this.past.push([state.ink, state.picture]);
    this.future = [];
    state.picture = null;
  }

  replace(ink, picture = null) {
    this.begin();
    state.picture = picture;
    state.set('ink', ink);
  }

  undo() {
    if (this.past.length) this.step(this.past, this.future);
  }

  redo() {
    if (this.future.length) this.step(this.future, this.past);
  }

  step(from, to) {
    document.dispatchEvent(new CustomEvent('lenet:edit'));
    to.push([state.ink, state.picture]);
    const [ink, picture] = from.pop();
    state.picture = picture;
    state.set('ink', ink);
  }

  clear() {
    if (state.ink.length || state.picture) this.replace([]);
  }

  show() {
    this.buttons.undo.disabled = !this.past.length;
    this.buttons.redo.disabled = !this.future.length;
    this.buttons.clear.disabled = !state.ink.length && !state.picture;
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
