// On a small screen the wide pad is wider than the screen: two fingers on it, or one on the score map below, move the
// paper, and it follows a pen that nobody holds.
import { line } from './line.js';

const MARGIN = 0.25; // of what is seen: nearer to its edge, what is new is brought to the middle

/** @param {HTMLElement} scroller */
export function mountSideways(scroller) {
  scroller.addEventListener('scroll', () => line.update({ scrolled: scroller.scrollLeft }));
  line.on(['scrolled'], () => {
    if (Math.abs(scroller.scrollLeft - line.scrolled) >= 1) scroller.scrollLeft = line.scrolled;
  });
}

/** @param {HTMLElement} scroller */
export function mountPaper(scroller) {
  mountSideways(scroller);
  line.on(['subject'], () => {
    const seen = scroller.clientWidth;
    if (line.penDown || seen >= scroller.scrollWidth) return;
    const [x] = line.ink.at(-1)?.at(-1) ?? [];
    if (line.picture !== null) scroller.scrollLeft = (scroller.scrollWidth - seen) / 2;
    else if (x !== undefined) {
      const at = x * line.size.height - scroller.scrollLeft;
      if (at < MARGIN * seen || at > (1 - MARGIN) * seen) scroller.scrollLeft += at - seen / 2;
    }
  });
}
