// The score map: ten rows of scores, aligned with the pad; pointing at a column shows its window.
import { fill, find, hide, html, pick, say } from '../core/element.js';
import { number } from '../core/format.js';
import { gradient, onTheme, paint, range } from '../core/palette.js';
import { line } from './line.js';

const DIGITS = 10;
const NOTHING = { logits: new Float32Array(), columns: 0 };
const LEAST = 8; // logits this large get full colour at least

/** @param {HTMLElement} element @param {{ stride: number, window: number }} props */
export function mount(element, { stride, window: wide }) {
  const canvas = find(element, 'score-canvas', HTMLCanvasElement);
  const digits = Array.from({ length: DIGITS }, (_, digit) => html`<span>${digit}</span>`);
  fill(pick(element, '.score-digits'), html`${digits}`);

  const show = () => {
    const { logits, columns } = line.answer ?? NOTHING;
    hide(canvas, !columns);
    if (!columns) return;
    const { most } = range(logits, LEAST);
    paint(canvas, logits, columns, logits.length / columns, most);
    const bar = html`<i class="signed" style="background:${gradient(true)}"></i>`;
    fill(pick(element, '.legend-scale'), html`<b>${number(-most)}</b>${bar}<b>${number(most)}</b>`);
  };
  line.show(['answer'], show);
  onTheme(show);
  line.show(['place'], () => {
    if (!line.place) return;
    const { columns } = line.answer ?? NOTHING;
    // Column j stands for the pixels around its window's middle, a stride wide.
    const [left] = line.place.ofStrip(wide / 2 - stride / 2, 0);
    const [right] = line.place.ofStrip(wide / 2 - stride / 2 + columns * stride, 0);
    Object.assign(canvas.style, { left: `${left}px`, width: `${right - left}px` });
  });
  line.show(['answer', 'column'], () => say(find(element, 'score-words'), words()));

  canvas.addEventListener('pointermove', (event) => {
    const { columns } = line.answer ?? NOTHING;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    line.update({ column: Math.max(0, Math.min(columns - 1, column)) });
  });
  canvas.addEventListener('pointerleave', () => line.update({ column: null }));
}

// What the window behind the column that is pointed at says.
function words() {
  const { column } = line;
  const { logits, columns } = line.answer ?? NOTHING;
  if (!columns) return '';
  if (column === null) return 'Point at the map to see the window behind a column.';
  const scores = Array.from({ length: DIGITS }, (_, digit) => logits[digit * columns + column]);
  const best = scores.indexOf(Math.max(...scores));
  const told = scores[best] > 0 ? `a ${best} may stand in its middle` : 'no digit stands in its middle';
  return `Window ${column + 1} of ${columns}: the best score is ${number(scores[best])}, for ${best}; “no digit” is 0 by definition, so ${told}.`;
}
