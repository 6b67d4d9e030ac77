// Which part of the page is on the screen. In the Hub's page it stands in a frame as tall as itself, and the page around
// it scrolls: what is fixed to the window's edge is then far below. An observer without a root of its own looks through
// frames of any origin, at a row of marks down the page.
const STEP = 60; // pixels between two marks
const WHOLE = 0.99; // of a mark, or it counts as off the screen

/** Keep --seen-above and --seen-below, in pixels of the window that are off the screen, and --seen-height of the rest. */
export function mountSeen() {
  if (window.parent === window) return;
  const column = document.createElement('div');
  column.ariaHidden = 'true';
  column.style.cssText = 'position: absolute; top: 0; left: 0; width: 1px; pointer-events: none; visibility: hidden';
  document.body.append(column);
  /** @type {Set<Element>} */
  const seen = new Set();
  const again = () => tell([...column.children].map((mark) => seen.has(mark)));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) seen[intersectionRatio >= WHOLE ? 'add' : 'delete'](target);
      again();
    },
    { threshold: WHOLE },
  );
  for (const event of ['resize', 'scroll']) window.addEventListener(event, again);
  new ResizeObserver(() => {
    const wanted = Math.floor(document.documentElement.scrollHeight / STEP);
    while (column.children.length > wanted) {
      const last = /** @type {Element} */ (column.lastElementChild);
      observer.unobserve(last);
      seen.delete(last);
      last.remove();
    }
    while (column.children.length < wanted) {
      const mark = document.createElement('div');
      mark.style.height = `${STEP}px`;
      column.append(mark);
      observer.observe(mark);
    }
  }).observe(document.documentElement);
}

/** @param {boolean[]} marks whether each is on the screen, from the top of the page */
function tell(marks) {
  const { style } = document.documentElement;
  const [first, last] = [marks.indexOf(true), marks.lastIndexOf(true)];
  const height = (last - first + 1) * STEP;
  // In a frame that scrolls by itself all of the window is seen, to within a mark or two.
  const isCut = first >= 0 && height < window.innerHeight - 2 * STEP;
  const told = isCut
    ? [first * STEP - window.scrollY, window.innerHeight + window.scrollY - (last + 1) * STEP, height]
    : [null, null, null];
  ['--seen-above', '--seen-below', '--seen-height'].forEach((name, i) => {
    if (told[i] === null) style.removeProperty(name);
    else style.setProperty(name, `${told[i]}px`);
  });
}
