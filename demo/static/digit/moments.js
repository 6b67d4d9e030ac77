// The bundled network at moments of its training: a slider over the curves of loss and test error, and play.
import { fill, find, html, say } from '../core/element.js';
import { count } from '../core/format.js';

const STEP = 400; // ms a moment, while it plays
const [WIDTH, HEIGHT] = [320, 40]; // of the curves

/** @typedef {{ batches: number[], loss: number[], test_error_percent: number[] }} Curves */

/**
 * @param {HTMLElement} place
 * @param {Curves} curves
 * @param {number} first the moment that is shown
 * @param {(moment: number) => void} show
 * @returns {() => void} which ends it
 */
export function mountMoments(place, curves, first, show) {
  const last = curves.batches.length - 1;
  fill(
    place,
    html`
    <button type="button" data-testid="moments-play">▶ Play its training</button>
    <span class="moments-track">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        <polyline class="curve-error" points="${points(curves.test_error_percent)}"></polyline>
        <polyline class="curve-loss" points="${points(curves.loss)}"></polyline>
        <line class="curve-at" y1="0" y2="${HEIGHT}"></line>
      </svg>
      <input type="range" min="0" max="${last}" value="${first}" data-testid="moments" aria-label="Moment of the training">
    </span>
    <output class="moments-said" data-testid="moments-said"></output>`,
  );
  const slider = find(place, 'moments', HTMLInputElement);
  const play = find(place, 'moments-play');
  const at = /** @type {SVGLineElement} */ (place.querySelector('.curve-at'));
  let timer = 0; // 0: it stands still

  const tell = () => {
    const moment = Number(slider.value);
    const [batches, loss, error] = [curves.batches[moment], curves.loss[moment], curves.test_error_percent[moment]];
    const when =
      moment === 0 ? 'At its random start' : moment === last ? 'As it is shipped' : `After ${count(batches)} batches`;
    const text = `${when}: loss ${loss.toFixed(2)}, test error ${error.toFixed(error < 10 ? 2 : 0)}\u00a0%`;
    say(find(place, 'moments-said'), text);
    slider.setAttribute('aria-valuetext', text);
    const x = String((moment / last) * WIDTH);
    at.setAttribute('x1', x);
    at.setAttribute('x2', x);
  };
  const go = () => {
    tell();
    show(Number(slider.value));
  };
  const halt = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = '▶ Play its training';
  };
  slider.addEventListener('input', () => {
    halt();
    go();
  });
  play.addEventListener('click', () => {
    if (timer) {
      halt();
      return;
    }
    if (Number(slider.value) === last) slider.value = '0';
    play.textContent = '❚❚ Stop';
    go();
    timer = setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      go();
      if (Number(slider.value) === last) halt();
    }, STEP);
  });
  tell();
  return () => {
    halt();
    place.replaceChildren();
  };
}

// A curve on a scale on which equal ratios are equally high.
/** @param {number[]} values */
function points(values) {
  const logs = values.map((value) => Math.log(Math.max(value, 1e-3)));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const place = (/** @type {number} */ log, /** @type {number} */ i) =>
    `${((i / (values.length - 1)) * WIDTH).toFixed(1)},${(HEIGHT - 2 - ((log - low) / (high - low || 1)) * (HEIGHT - 4)).toFixed(1)}`;
  return logs.map(place).join(' ');
}
