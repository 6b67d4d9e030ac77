// The link before everything else, for those who come by keys: to the drawing pad of the tab that is open.
import { isShown } from './element.js';

export function mountSkip() {
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    for (const pad of document.querySelectorAll('canvas.pad')) {
      if (pad instanceof HTMLElement && isShown(pad)) pad.focus();
    }
  });
}
