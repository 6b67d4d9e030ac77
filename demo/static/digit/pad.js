// The drawing pad: ink in the shared state, asked about and answered live; examples, photo, what a cell sees.
import { state } from '../core/store.js';
import { Live } from '../core/live.js';
import { decode } from '../core/wire.js';
import { hide } from '../core/format.js';
import { receptiveField } from '../core/geometry.js';
import { readLink } from '../core/link.js';
import { mountExamples } from '../ink/replay.js';
import { History, drawInk, mountPen, mountStatus, onceAFrame } from '../ink/pen.js';
import { mountPhoto } from '../ink/photo.js';
import { inkPalette, onTheme, paint, pixelsOf } from '../core/palette.js';

export function mount(element, config, server) {
  const canvas = element.querySelector('[data-testid=pad]');
  const hint = element.querySelector('.pad-hint');
  const history = new History(element, state);
  const status = mountStatus(element.querySelector('[data-testid=status]'));

  const live = new Live((request) => server.see(request), {
    onStatus: status,
    onAnswer: (reply) => {
      reply.layers = decode(reply.values, config.layers);
      state.set('answer', reply);
      status('ready', 'Live');
      document.dispatchEvent(new CustomEvent('lenet:painted', { detail: { sequence: reply.sequence, digit: reply.digit } }));
    },
  });

  // The pad itself is drawn once a frame. Answers are painted as they come: no more are asked for than there are frames.
  const redraw = onceAFrame(() => drawPad(canvas));

  const ask = () => {
    const cell = state.pinned.at(-1);
    const about = cell ? { cell: [cell.layer, cell.map, cell.row, cell.column] } : {};
    live.ask({ ...state.subject, ...about, pre_activation: state.preActivation });
  };
  state.on('pinned', ask);
  mountMark(element.querySelector('.pad-mark'), config.layers);
  state.on('ink', (ink) => {
    hide(hint, ink.length > 0 || state.picture !== null);
    history.show();
    redraw();
    ask();
  });
  state.on('preActivation', ask);

  mountPen(canvas, history, status);
  history.mount(element);
  mountExamples(element.querySelector('.examples'), config.examples, history);
  mountPhoto(element.querySelector('[data-testid=photo]'), async (file) => {
    const reply = await server.photo({ file });
    if (reply?.picture) history.replace([], reply.picture);
    return reply;
  }, status);
  document.addEventListener('lenet:explore', (event) => {
    const { ink, picture } = event.detail;
    history.replace(ink ?? [], picture ?? null);
    document.querySelector('[role=tab]')?.click(); // the first tab, where this pad is
    canvas.scrollIntoView({ block: 'nearest' });
  });

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
    hide(mark, !cell || !placed || !placed[0]);
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
