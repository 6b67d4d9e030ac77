// Which part of the page is on the screen. In the Hub's page it stands in a frame as tall as itself, and the page around
// it scrolls: what is fixed to the window's edge is then far below. An observer without a root of its own looks through
// frames of any origin, at a row of marks down the page.
const STEP = 60; // pixels between two marks
const WHOLE = 0.99; // of a mark, or it counts as off the screen

/**
 * Keep --seen-top and --seen-below, the pixels at the head and the foot of the window that are off the screen, and
 * --seen-height, what is seen.
 */
export function mountSeen() {
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
    const wanted = Math.floor(document.documentElement.offsetHeight / STEP); // which the marks do not add to
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
  const below = window.innerHeight + window.scrollY - (last + 1) * STEP;
  style.setProperty('--seen-top', isCut ? `${first * STEP}px` : '0px');
  style.setProperty('--seen-below', isCut ? `${below}px` : '0px');
  style.setProperty('--seen-height', isCut ? `${height}px` : '100vh');
}
