// Slide the window: it runs over the line, column by column.
import { line } from './line.js';

const PLACES = 14; // windows a second

/** @param {HTMLElement} button */
export function mountSlide(button) {
  let timer = 0; // 0: it stands still
  let column = 0;

  const run = (/** @type {boolean} */ runs) => {
    clearInterval(timer);
    timer = runs ? setInterval(step, 1000 / PLACES) : 0;
    column = 0;
    button.setAttribute('aria-pressed', String(runs));
    button.textContent = runs ? '❚❚ Stop' : '▶ Slide the window';
    line.update({ column: null });
  };
  const step = () => {
    if (column < (line.answer?.columns ?? 0)) line.update({ column: column++ });
    else run(false);
  };
  button.addEventListener('click', () => {
    if (timer) run(false);
    else if (line.answer?.columns) run(true);
  });
}
