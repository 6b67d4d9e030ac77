// Drawing by keyboard: the arrows move a pen over the pad, a pixel of the 28x28 picture at a time; space puts it down and
// lifts it. Shift takes four at once.
import { hide, html, make, say } from '../core/element.js';
import { clip } from './clip.js';

/** @typedef {import('./history.js').History} History */
/** @typedef {import('../core/store.js').Point} Point */

const STEP = 1 / 28; // pad heights
const FAR = 4; // steps

/** @type {Record<string, [right: number, down: number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLCanvasElement} canvas @param {History} history */
export function mountKeys(canvas, history) {
  const { drawing } = history;
  const pen = make(html`<i class="pad-pen" aria-hidden="true" hidden></i>`);
  const voice = make(html`<p class="voice" aria-live="polite"></p>`);
  canvas.after(pen, voice);
  /** @type {Point} */
  let at = [0.5, 0.25];
  let edit = -1; // the version of the drawing that the stroke belongs to
  const isDown = () => edit === history.edits;
  const width = () => {
    const box = canvas.getBoundingClientRect();
    return box.width / box.height;
  };

  const show = () => {
    hide(pen, false);
    pen.classList.toggle('down', isDown());
    Object.assign(pen.style, { left: `${(100 * at[0]) / width()}%`, top: `${100 * at[1]}%` });
    const [column, row] = at.map((value) => Math.round(value / STEP));
    say(voice, `Pen ${isDown() ? 'down' : 'up'}, column ${column}, row ${row}.`);
  };
  const lift = () => {
    edit = -1;
    drawing.update({ penDown: false });
  };
  canvas.addEventListener('keydown', (event) => {
    const way = WAYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || event.key === ' ')) return;
    event.preventDefault();
    if (way) {
      const step = STEP * (event.shiftKey ? FAR : 1);
      const part = clip(at, [at[0] + step * way[0], at[1] + step * way[1]], width());
      at = part?.[1] ?? at;
      if (isDown())
        drawing.update({ ink: [...drawing.ink.slice(0, -1), [...drawing.ink[drawing.ink.length - 1], at]] });
    } else if (isDown()) lift();
    else {
      drawing.update({ penDown: true });
      history.edit([...drawing.ink, [at]]);
      edit = history.edits;
    }
    show();
  });
  canvas.addEventListener('blur', () => {
    if (isDown()) lift();
    hide(pen, true);
  });
}
