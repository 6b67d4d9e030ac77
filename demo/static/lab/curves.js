// Probabilities of all outputs along a line, as curves, with a mark where the answer changes and one where one stands.
import { html, make, pick } from '../core/element.js';
import { called, surest } from './kit.js';
import { rows } from './numbers.js';

/** @typedef {import('./numbers.js').Numbers} Numbers */

const [WIDTH, HEIGHT] = [400, 120];
const TELLING = 0.5; // a curve that is never higher is drawn faintly, without its name

/** @param {string} id @param {string} along what lies from left to right */
export function curves(id, along) {
  const element = make(html`
    <figure class="lab-curves" data-testid="${id}">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"></svg>
      <div class="lab-curve-begun" aria-hidden="true"></div><div class="lab-curve-names" aria-hidden="true"></div><figcaption>${along}</figcaption>
    </figure>`);
  const svg = /** @type {SVGSVGElement} */ (element.querySelector('svg'));
  return {
    element,
    /**
     * @param {Numbers} probabilities (n, outputs)
     * @param {number} at where one stands, 0 to 1
     * @param {string} [caption]
     * @param {{ read?: (number | null)[], begins?: { at: number, name: string }[] }} [marks] read: the answer of each
     *   place, where it is not just the likeliest; begins: what begins on the way, 0 to 1
     */
    show(probabilities, at, caption, { read, begins = [] } = {}) {
      const places = rows(probabilities);
      const outputs = probabilities.shape[1];
      const x = (/** @type {number} */ i) => (places.length > 1 ? (i / (places.length - 1)) * WIDTH : 0);
      const y = (/** @type {number} */ value) => 2 + (1 - value) * (HEIGHT - 4);
      const best = places.map(surest);
      const answers = read ?? best;
      const flips = answers.flatMap((digit, i) => (i && digit !== answers[i - 1] ? [(x(i - 1) + x(i)) / 2] : []));
      const lines = Array.from({ length: outputs }, (_, output) => {
        const points = places.map((row, i) => `${x(i).toFixed(1)},${y(row[output]).toFixed(1)}`);
        const isTelling = places.some((row) => row[output] > TELLING);
        return html`<polyline class="curve ${isTelling && `telling output-${output % 10}`}" points="${points.join(' ')}"/>`;
      });
      svg.innerHTML = html`${flips.map((flip) => html`<line class="flip" x1="${flip}" x2="${flip}" y2="${HEIGHT}"/>`)}
        ${begins.map(({ at }) => html`<line class="begin" x1="${at * WIDTH}" x2="${at * WIDTH}" y2="${HEIGHT}"/>`)}
        ${lines}<line class="at" x1="${at * WIDTH}" x2="${at * WIDTH}" y2="${HEIGHT}"/>`.text;
      // Each run of one answer is named in its middle.
      const runs = answers.flatMap((digit, i) => (i === 0 || digit !== answers[i - 1] ? [{ digit, from: i }] : []));
      const names = runs.map(({ digit, from }, i) => {
        const to = (runs[i + 1]?.from ?? answers.length) - 1;
        const left = (50 * (from + to)) / Math.max(1, answers.length - 1);
        if (digit === null) return html`<b class="none" style="left:${left}%">–</b>`;
        return html`<b class="output-${digit % 10}" style="left:${left}%">${called(digit)}</b>`;
      });
      const begun = begins.map(({ at, name }) => html`<span class="begun" style="left:${100 * at}%">${name}</span>`);
      pick(element, '.lab-curve-names').innerHTML = html`${names}`.text;
      // What is likely somewhere, but answered nowhere, is named where it is likeliest.
      const peaks = Array.from({ length: outputs }, (_, output) => surest(places.map((row) => row[output])));
      const named = peaks.map((i, output) => {
        if (answers.includes(output) || places[i][output] <= TELLING) return null;
        const [left, top] = [(100 * x(i)) / WIDTH, y(places[i][output])];
        return html`<b class="peak output-${output % 10}" style="left:${left}%;top:${top}px">${called(output)}</b>`;
      });
      pick(element, '.lab-curve-begun').innerHTML = html`${begun}${named}`.text;
      if (caption) pick(element, 'figcaption').textContent = caption;
      return { best, flips: flips.length };
    },
  };
}
