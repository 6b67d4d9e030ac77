// The score map: a row for each digit and one for none, aligned with the pad; pointing at a column shows its window.
import { fill, find, hide, html, pick, say } from '../core/element.js';
import { number, percent } from '../core/format.js';
import { gradient, onTheme, paint, range } from '../core/palette.js';
import { DIGITS, line } from './line.js';
import { mountSideways } from './paper.js';

const NOTHING = { logits: new Float32Array(), columns: 0, names: DIGITS };
const LEAST = 8; // logits this large get full colour at least
const QUIET = -0.25; // what "none" is painted as: seen, but as no digit is

/** @param {HTMLElement} element @param {{ stride: number, window: number }} props */
export function mount(element, { stride, window: wide }) {
  const canvas = find(element, 'score-canvas', HTMLCanvasElement);
  const path = pick(element, '.score-path');
  const map = find(element, 'score-map');
  const showsLogits = find(element, 'score-logits', HTMLInputElement);
  mountSideways(map);
  /** @type {string[]} */
  let named = [];

  const show = () => {
    const { logits, columns, names } = line.answer ?? NOTHING;
    if (names !== named) {
      named = names;
      map.style.setProperty('--rows', String(names.length + 1));
      fill(pick(element, '.score-digits'), html`${[...names, 'none'].map((name) => html`<span>${name}</span>`)}`);
    }
    hide(canvas, !columns);
    hide(path, !columns);
    if (!columns) return;
    const [none, rows] = [names.length, names.length + 1];
    const scores = scoresOf(logits, columns);
    const most = showsLogits.checked ? range(logits, LEAST).most : 1;
    const painted = showsLogits.checked
      ? [...logits, ...new Float32Array(columns)]
      : scores.map((score, i) => (i < none * columns ? score : QUIET * score));
    paint(canvas, painted, columns, rows, most);
    const bar = html`<i class="${showsLogits.checked && 'signed'}" style="background:${gradient(showsLogits.checked)}"></i>`;
    const [low, high] = showsLogits.checked ? [number(-most), number(most)] : ['0', '100\u00a0%'];
    fill(pick(element, '.legend-scale'), html`<b>${low}</b>${bar}<b>${high}</b>`);
    // The surest row of every column, where that is a digit: what is read from left to right.
    const marks = Array.from({ length: columns }, (_, column) => [column, surest(scores, columns, column)])
      .filter(([, row]) => row < none)
      .map(
        ([column, row]) =>
          html`<i style="left:${(100 * column) / columns}%;top:${(100 * row) / rows}%;width:${100 / columns}%"></i>`,
      );
    fill(path, html`${marks}`);
  };
  line.show(['answer'], show);
  line.show(['answer', 'penDown'], () => {
    if (!line.penDown) map.setAttribute('aria-label', spoken());
  });
  showsLogits.addEventListener('change', show);
  onTheme(show);
  line.show(['place'], () => {
    if (!line.place) return;
    const { columns } = line.answer ?? NOTHING;
    // Column j stands for the pixels around its window's middle, a stride wide.
    const [left] = line.place.ofStrip(wide / 2 - stride / 2, 0);
    const [right] = line.place.ofStrip(wide / 2 - stride / 2 + columns * stride, 0);
    for (const { style } of [canvas, path]) Object.assign(style, { left: `${left}px`, width: `${right - left}px` });
  });
  line.show(['answer', 'column'], () => say(find(element, 'score-words'), words()));

  const point = (/** @type {number} */ column) => {
    const { columns } = line.answer ?? NOTHING;
    if (columns) line.update({ column: Math.max(0, Math.min(columns - 1, column)) });
  };
  const pointAt = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    point(Math.floor(((event.clientX - box.left) / box.width) * (line.answer ?? NOTHING).columns));
  };
  canvas.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && pointAt(event));
  canvas.addEventListener('click', (event) => pointAt(event)); // which is how a finger points
  canvas.addEventListener(
    'pointerleave',
    ({ pointerType }) => pointerType === 'mouse' && line.update({ column: null }),
  );
  map.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    point(line.column === null ? 0 : line.column + step);
  });
  map.addEventListener('blur', () => line.update({ column: null }));
}

/**
 * The probability of every digit, and of none, in every column: a softmax of the logits and 0, row by row.
 *
 * @param {Float32Array} logits
 * @param {number} columns
 */
function scoresOf(logits, columns) {
  const none = logits.length / columns;
  const scores = new Float32Array((none + 1) * columns);
  for (let column = 0; column < columns; column += 1) {
    let [sum, most] = [0, 0];
    for (let row = 0; row < none; row += 1) most = Math.max(most, logits[row * columns + column]);
    for (let row = 0; row <= none; row += 1) {
      const score = Math.exp((row < none ? logits[row * columns + column] : 0) - most);
      scores[row * columns + column] = score;
      sum += score;
    }
    for (let row = 0; row <= none; row += 1) scores[row * columns + column] /= sum;
  }
  return scores;
}

/** @param {Float32Array} scores @param {number} columns @param {number} column @returns the row of the largest */
function surest(scores, columns, column) {
  let best = 0;
  for (let row = 1; row < scores.length / columns; row += 1) {
    if (scores[row * columns + column] > scores[best * columns + column]) best = row;
  }
  return best;
}

// The map as a text: where from left to right the sweep finds which digit.
function spoken() {
  const { logits, columns, names } = line.answer ?? NOTHING;
  if (!columns) return 'Score map: nothing is written yet.';
  const scores = scoresOf(logits, columns);
  const found = Array.from({ length: columns }, (_, column) => surest(scores, columns, column))
    .map((row, column) => ({ row, column }))
    .filter(({ row, column }, i, all) => row < names.length && (i === 0 || all[column - 1].row !== row))
    .map(({ row, column }) => `${names[row]} at window ${column + 1}`);
  const told = found.length ? `the surest digits are ${found.join(', ')}` : 'no window finds a digit';
  return `Score map: a row for each digit and one for none, a column for each of ${columns} windows; ${told}. Arrow keys tell of each window.`;
}

// What the window behind the column that is pointed at says.
function words() {
  const { column } = line;
  const { logits, columns, names } = line.answer ?? NOTHING;
  if (!columns) return '';
  if (column === null) return 'Point at a column of the map, or touch it, to see the window behind it.';
  const scores = scoresOf(logits, columns);
  const row = surest(scores, columns, column);
  const best = names.map((_, digit) => logits[digit * columns + column]);
  const digit = best.indexOf(Math.max(...best));
  const told = row < names.length ? `a ${names[row]} stands in its middle` : 'no digit stands in its middle';
  const probability = percent(scores[row * columns + column]);
  return `Window ${column + 1} of ${columns}: ${told}, with ${probability}. The best score is ${number(best[digit])}, for ${names[digit]}; “no digit” is 0 by definition.`;
}
