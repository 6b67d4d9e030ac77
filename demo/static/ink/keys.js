// Drawing by keyboard: the arrows move a pen over the pad in 28 steps from top to bottom; space puts it down and lifts
// it. Shift takes four steps at once.
import { hide, html, make, say } from '../core/element.js';
import { clip } from './clip.js';
import { FULL, isFull } from './pen.js';

/** @typedef {import('./history.js').History} History */
/** @typedef {import('../core/store.js').Point} Point */

const STEP = 1 / 28; // pad heights
const FAR = 4; // steps

/** @type {Record<string, [right: number, down: number]>} */
export const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLCanvasElement} canvas @param {History} history */
export function mountKeys(canvas, history) {
  const { drawing } = history;
  const pen = make(html`<i class="pad-pen" aria-hidden="true" hidden></i>`);
  const voice = make(html`<p class="voice" aria-live="polite"></p>`);
  canvas.after(pen, voice);
  /** @type {Point} */
  let at = [0.5, 0.25];
  /** @type {number | null} the version of the drawing that the stroke belongs to; null: the pen is up */
  let edit = null;
  const width = () => {
    const box = canvas.getBoundingClientRect();
    return box.width / box.height;
  };

  const show = () => {
    hide(pen, false);
    pen.classList.toggle('down', edit !== null);
    Object.assign(pen.style, { left: `${(100 * at[0]) / width()}%`, top: `${100 * at[1]}%` });
    pen.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const [column, row] = at.map((value) => Math.round(value / STEP));
    say(voice, `Pen ${edit === null ? 'up' : 'down'}, column ${column}, row ${row}.`);
  };
  const lift = () => {
    if (edit === null) return;
    edit = null;
    drawing.update({ penDown: false });
    pen.classList.remove('down');
  };
  const put = () => {
    drawing.update({ penDown: true });
    history.edit([...drawing.ink, [at]]);
    edit = history.edits;
  };
  /** @param {[right: number, down: number]} way @param {boolean} far */
  const move = (way, far) => {
    const step = STEP * (far ? FAR : 1);
    const [, to] = clip(at, [at[0] + step * way[0], at[1] + step * way[1]], width()) ?? [at, at];
    if (to[0] === at[0] && to[1] === at[1]) return;
    at = to;
    if (edit !== null)
      drawing.update({ ink: [...drawing.ink.slice(0, -1), [...drawing.ink[drawing.ink.length - 1], at]] });
  };

  // Whatever else changes the ink ends the stroke.
  drawing.on(['subject'], () => {
    if (edit !== history.edits) lift();
  });
  canvas.addEventListener('keydown', (event) => {
    const way = WAYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || event.key === ' ')) return;
    event.preventDefault();
    const isHeld = !way && event.repeat;
    if (isHeld) return;
    if (isFull(drawing.ink) && (edit === null ? !way : true)) {
      lift();
      drawing.update({ status: FULL });
    } else if (way) move(way, event.shiftKey);
    else if (edit === null) put();
    else lift();
    show();
  });
  canvas.addEventListener('blur', () => {
    lift();
    hide(pen, true);
  });
}
