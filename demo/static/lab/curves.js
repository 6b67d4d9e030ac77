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
      <div class="lab-curve-names" aria-hidden="true"></div><figcaption>${along}</figcaption>
    </figure>`);
  const svg = /** @type {SVGSVGElement} */ (element.querySelector('svg'));
  return {
    element,
    /**
     * @param {Numbers} probabilities (n, outputs)
     * @param {number} at where one stands, 0 to 1
     * @param {string} [caption]
     */
    show(probabilities, at, caption) {
      const places = rows(probabilities);
      const outputs = probabilities.shape[1];
      const x = (/** @type {number} */ i) => (places.length > 1 ? (i / (places.length - 1)) * WIDTH : 0);
      const y = (/** @type {number} */ value) => 2 + (1 - value) * (HEIGHT - 4);
      const best = places.map(surest);
      const flips = best.flatMap((digit, i) => (i && digit !== best[i - 1] ? [(x(i - 1) + x(i)) / 2] : []));
      const lines = Array.from({ length: outputs }, (_, output) => {
        const points = places.map((row, i) => `${x(i).toFixed(1)},${y(row[output]).toFixed(1)}`);
        const isTelling = places.some((row) => row[output] > TELLING);
        return html`<polyline class="curve ${isTelling && `telling output-${output % 10}`}" points="${points.join(' ')}"/>`;
      });
      svg.innerHTML = html`${flips.map((flip) => html`<line class="flip" x1="${flip}" x2="${flip}" y2="${HEIGHT}"/>`)}
        ${lines}<line class="at" x1="${at * WIDTH}" x2="${at * WIDTH}" y2="${HEIGHT}"/>`.text;
      // Each run of one answer is named in its middle.
      const runs = best.flatMap((digit, i) => (i === 0 || digit !== best[i - 1] ? [{ digit, from: i }] : []));
      const names = runs.map(({ digit, from }, i) => {
        const to = (runs[i + 1]?.from ?? best.length) - 1;
        return html`<b class="output-${digit % 10}" style="left:${(50 * (from + to)) / Math.max(1, best.length - 1)}%">${called(digit)}</b>`;
      });
      pick(element, '.lab-curve-names').innerHTML = html`${names}`.text;
      if (caption) pick(element, 'figcaption').textContent = caption;
      return { best, flips: flips.length };
    },
  };
}
