// A drawing outlasts Reload and Back: it is kept with the page's entry in the tab's history, which needs no storage, and
// is gone when the tab is.

/** @typedef {import('./history.js').Drawing} Drawing */
/** @typedef {import('./history.js').Version} Version */

const REST = 300; // ms without a change; browsers bear only so many entries a second

/**
 * The drawing that was here before the page was left, or null.
 *
 * @param {string} name of the pad
 * @returns {Version | null}
 */
export const kept = (name) => history.state?.lenet?.[name] ?? null;

/** @param {string} name @param {Drawing} drawing */
export function mountKeep(name, drawing) {
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    const { ink, picture } = drawing;
    try {
      history.replaceState({ ...history.state, lenet: { ...history.state?.lenet, [name]: { ink, picture } } }, '');
    } catch {
      // More than this browser keeps, or too often: then it is the drawing of a moment before.
    }
  };
  drawing.on(['subject'], () => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST);
  });
  drawing.on(['penDown'], () => {
    if (!drawing.penDown) keep();
  });
}
