// Example drawings: thumbnails that replay their strokes on the pad as if someone drew them.
import { html, make } from '../core/element.js';

/** @typedef {import('../core/store.js').Ink} Ink */
/** @typedef {import('../core/store.js').Stroke} Stroke */
/** @typedef {import('./history.js').History} History */
/** @typedef {{ name: string, strokes: Ink }} Example */

const SPEED = 1.6; // pad heights a second

/**
 * @param {HTMLElement} place
 * @param {Example[]} examples
 * @param {History} history
 * @param {object} [options]
 * @param {[x: number, y: number, width: number, height: number]} [options.view] the part of the pad on each thumbnail
 * @param {(strokes: Ink) => Ink} [options.fit] where the strokes go on the pad as it is
 */
export function mountExamples(place, examples, history, { view = [0.12, 0.12, 0.76, 0.76], fit = (ink) => ink } = {}) {
  for (const { name, strokes } of examples) {
    const lines = strokes.map((stroke) => html`<polyline points="${stroke.map(String).join(' ')}"/>`);
    const button = make(html`
      <button type="button" data-testid="example-${name.split(' ').pop()}" title="Draw ${name}" aria-label="Draw ${name}">
        <svg viewBox="${view.join(' ')}" aria-hidden="true">${lines}</svg>
      </button>`);
    button.addEventListener('click', () => replay(fit(strokes), history));
    place.append(button);
  }
}

/** @param {Ink} strokes @param {History} history */
function replay(strokes, history) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    history.edit(strokes);
    return;
  }
  history.edit([]);
  const { edits } = history;
  const started = performance.now();
  const step = (/** @type {number} */ now) => {
    if (history.edits !== edits) return;
    const drawn = cut(strokes, ((now - started) / 1000) * SPEED);
    history.drawing.update({ ink: drawn.ink });
    if (!drawn.whole) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/**
 * The part of the strokes that a pen has drawn after so much way.
 *
 * @param {Ink} strokes
 * @param {number} way in pad heights
 */
export function cut(strokes, way) {
  /** @type {Ink} */
  const ink = [];
  for (const stroke of strokes) {
    /** @type {Stroke} */
    const part = [stroke[0]];
    for (let i = 1; i < stroke.length; i += 1) {
      way -= Math.hypot(stroke[i][0] - stroke[i - 1][0], stroke[i][1] - stroke[i - 1][1]);
      if (way < 0) return { ink: [...ink, part], whole: false };
      part.push(stroke[i]);
    }
    ink.push(stroke);
  }
  return { ink, whole: true };
}
