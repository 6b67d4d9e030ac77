// The wide pad: what is written on it, asked about and answered live, and the window behind a column of the score map.
import { bringing } from '../core/bring.js';
import { short } from '../core/call.js';
import { find, hide, pick } from '../core/element.js';
import { Live } from '../core/live.js';
import { brush, inkPalette, onTheme, paint } from '../core/palette.js';
import { state } from '../core/store.js';
import { sent, values } from '../core/wire.js';
import { drawInk, onceAFrame, onSize } from '../ink/drawing.js';
import { kept, mountKeep } from '../ink/keep.js';
import { mountKeys } from '../ink/keys.js';
import { mountPen, statusOf } from '../ink/pen.js';
import { mountHint } from '../ink/tools.js';
import { mountBoxes } from './boxes.js';
import { DIGITS, history, line } from './line.js';
import { mountPaper } from './paper.js';
import { fitted, stripOf } from './place.js';

/** @typedef {import('./line.js').Reply} Reply */
/** @typedef {import('../core/live.js').Refusal} Refusal */
/** @typedef {(request: object) => Promise<Reply | Refusal | undefined>} Scan */

const PEN = 0.035; // width of the line shown, in pad heights

/** @param {HTMLElement} element @param {{ stride: number, window: number }} props @param {{ scan: Scan }} server */
export function mount(element, props, server) {
  const canvas = find(element, 'line-pad', HTMLCanvasElement);
  mountPen(canvas, history);
  mountKeys(canvas, history);
  mountHint(element, history);
  mountBoxes(find(element, 'line-boxes'));
  mountPaper(pick(element, '.paper'));
  mountWindow(pick(element, '.line-window'), props);

  const redraw = onceAFrame(() => draw(canvas));
  line.on(['subject'], redraw);
  onTheme(() => draw(canvas));
  onSize(canvas, () => {
    const { width, height } = canvas.getBoundingClientRect();
    line.update({ size: { width, height } });
    redraw();
  });

  const scan = bringing(short('scan', server.scan));
  const live = new Live(
    // What is a picture for the page is a strip for the server.
    ({ picture, ...request }) => scan(picture ? { strip: picture, ...request } : sent(request, Math.min)),
    (reply, subject) => {
      const { network } = state;
      if (subject.network && subject.network !== network.network) return; // another was chosen since
      const { sequence, text, blank, scores } = reply;
      const logits = blank ? new Float32Array() : values(scores);
      const names = (subject.network && network.layers.at(-1)?.labels) || DIGITS;
      line.update({ answer: { ...reply, subject, logits, columns: logits.length / names.length, names } });
      document.dispatchEvent(new CustomEvent('lenet:scanned', { detail: { sequence, text } }));
    },
    (status) => line.update({ status: statusOf(line.ink, status) }),
  );
  const before = kept('line');
  if (before) history.restore(before);
  mountKeep('line', line);
  line.show(['subject', 'method'], () => live.ask(line.subject, { method: line.method }));
}

/** @param {HTMLCanvasElement} canvas */
function draw(canvas) {
  drawInk(canvas, line.ink, PEN);
  if (line.picture === null) return;
  const strip = stripOf(line.picture);
  const small = document.createElement('canvas');
  paint(small, strip.pixels, strip.width, strip.height, 255, inkPalette());
  const { scale, left, top } = fitted(strip, canvas);
  brush(canvas).drawImage(small, left, top, strip.width * scale, strip.height * scale);
}

// What the network sees of the line where it says what a column of the score map shows.
/** @param {HTMLElement} mark @param {{ stride: number, window: number }} props */
function mountWindow(mark, { stride, window: wide }) {
  line.show(['column', 'place'], () => {
    const { column, place } = line;
    hide(mark, column === null || !place);
    if (column === null || !place) return;
    const [left, top] = place.ofStrip(column * stride, 0);
    const [right, bottom] = place.ofStrip(column * stride + wide, wide);
    Object.assign(mark.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
  });
}
