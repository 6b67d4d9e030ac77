// The drawing pad: pointer events -> strokes in the shared state; undo, redo, clear, examples.
import { state } from './state.js';
import { Live } from './live.js';
import { decode } from './decode.js';
import { mountExamples } from './examples.js';
import { onTheme } from './palette.js';

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
      if (dirty) drawInk(canvas, state.ink);
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

  const ask = () => live.ask({ ink: state.ink, pre_activation: state.preActivation });
  state.on('ink', (ink) => {
    dirty = true;
    hint.hidden = ink.length > 0;
    history.show();
    schedule();
    ask();
  });
  state.on('preActivation', ask);

  mountPen(canvas, history, status);
  history.mount(element);
  mountExamples(element.querySelector('.examples'), config.examples, history);

  const redraw = () => {
    dirty = true;
    schedule();
  };
  new ResizeObserver(redraw).observe(canvas);
  onTheme(redraw);
  state.set('ink', []);
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
    this.past.push(state.ink);
    this.future = [];
  }

  replace(ink) {
    this.begin();
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
    to.push(state.ink);
    state.set('ink', from.pop());
  }

  clear() {
    if (state.ink.length) this.replace([]);
  }

  show() {
    this.buttons.undo.disabled = !this.past.length;
    this.buttons.redo.disabled = !this.future.length;
    this.buttons.clear.disabled = !state.ink.length;
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
