// A box around each digit that is found; pressed, it opens the digit in the explorer.
import { fill, html, make, pick } from '../core/element.js';
import { percent } from '../core/format.js';
import { line } from './line.js';

/** @typedef {import('../core/store.js').Ink} Ink */
/** @typedef {import('./line.js').Found} Found */
/** @typedef {import('./place.js').Place} Place */

const ROOMY = 62; // CSS pixels of a box that has room for its probability
const MARGIN = 5; // CSS pixels between a box and its ink

/** @param {HTMLElement} boxes */
export function mountBoxes(boxes) {
  line.show(['answer', 'place'], () => {
    const { answer, place } = line;
    if (!answer || !place) return;
    // Boxes are kept from answer to answer, so that a click or the focus on one outlasts the next answer.
    while (boxes.childElementCount > answer.detections.length) boxes.lastElementChild?.remove();
    while (boxes.childElementCount < answer.detections.length) boxes.append(empty(boxes.childElementCount));
    answer.detections.forEach((found, index) => {
      show(/** @type {HTMLElement} */ (boxes.children[index]), found, answer.names[found.digit], place);
    });
  });
}

/** @param {number} index */
function empty(index) {
  const box = make(html`<div class="line-box"><button type="button" data-testid="box-${index}"></button></div>`);
  pick(box, 'button').addEventListener('click', () => explore(index));
  return box;
}

/** @param {HTMLElement} box @param {Found} found @param {string} name @param {Place} place */
function show(box, { confidence, box: [x0, y0, x1, y1] }, name, place) {
  const [left, top] = place.at(x0, y0);
  const [right, bottom] = place.at(x1, y1);
  Object.assign(box.style, {
    left: `${left - MARGIN}px`,
    top: `${top - MARGIN}px`,
    width: `${right - left + 2 * MARGIN}px`,
    height: `${bottom - top + 2 * MARGIN}px`,
  });
  const button = pick(box, 'button');
  const title = `${name}, ${percent(confidence)}. Open in the explorer.`;
  const roomy = right - left > ROOMY;
  if (button.title === title && button.dataset.roomy === String(roomy)) return;
  button.title = title;
  button.dataset.roomy = String(roomy);
  button.setAttribute('aria-label', title);
  fill(button, roomy ? html`${name} <small>${percent(confidence)}</small>` : html`${name}`);
}

// What is explored is what was read, whatever has been written since.
/** @param {number} index */
function explore(index) {
  if (!line.answer) return;
  const { subject, detections } = line.answer;
  const { strokes, picture } = detections[index];
  const own = 'ink' in subject && strokes.length ? { ink: centred(strokes.map((i) => subject.ink[i])) } : { picture };
  document.dispatchEvent(new CustomEvent('lenet:explore', { detail: own }));
}

// Strokes moved to the middle of the square pad of the explorer, at a good size.
/** @param {Ink} strokes @returns {Ink} */
function centred(strokes) {
  const xs = strokes.flat().map(([x]) => x);
  const ys = strokes.flat().map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = 0.6 / Math.max(right - left, bottom - top, 0.02);
  const [x0, y0] = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) => stroke.map(([x, y]) => [0.5 + (x - x0) * scale, 0.5 + (y - y0) * scale]));
}
