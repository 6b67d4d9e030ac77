// A drawing outlasts Reload and Back: it is kept with the page's entry in the tab's own history, which needs no storage
// and never leaves the browser.

/** @typedef {import('./history.js').Drawing} Drawing */
/** @typedef {import('./history.js').Version} Version */

const EXPERIMENTS = 2; // the number of their tab
const REST = 300; // ms without a change; browsers bear only so many entries a second, and answers go first

/**
 * The drawing that was here before the page was left, or null; another version of the page may have kept another thing.
 *
 * @param {string} name of the pad
 * @returns {Version | null}
 */
export function kept(name) {
  const { ink, picture = null } = history.state?.lenet?.[name] ?? {};
  const isInk = Array.isArray(ink) && ink.every((stroke) => Array.isArray(stroke) && stroke.every(isPoint));
  const isPicture = picture === null || (typeof picture === 'string' && /^([0-9a-f]{56})+$/.test(picture));
  return isInk && isPicture ? { ink, picture } : null;
}

/** @param {unknown} point */
const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);

/** The tab that was open comes back, too; a link to an experiment opens its own. */
export function mountTabs() {
  const tabs = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[role=tab]')]);
  const asked = new URLSearchParams(location.search).has('experiment') ? EXPERIMENTS : 0;
  const open = tabs()[history.state?.lenet?.tab ?? asked];
  if (open?.getAttribute('aria-selected') === 'false') open.click();
  document.addEventListener('click', ({ target }) => {
    const tab = target instanceof Element ? tabs().findIndex((each) => each.contains(target)) : -1;
    if (tab >= 0) add({ tab });
  });
}

/** @param {Record<string, unknown>} more */
function add(more) {
  try {
    history.replaceState({ ...history.state, lenet: { ...history.state?.lenet, ...more } }, '');
  } catch {
    // More than this browser keeps, or too often: then it is the drawing of a moment before.
  }
}

/** @param {string} name @param {Drawing} drawing */
export function mountKeep(name, drawing) {
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    const { ink, picture, whole } = drawing;
    add({ [name]: { ink: whole ?? ink, picture } });
  };
  drawing.on(['subject'], () => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST);
  });
  addEventListener('beforeunload', keep); // others may have written there since
}
