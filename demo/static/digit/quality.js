// How good the network is, from the weights' card; misread digits open in the explorer.
import { fill, hide, html, make, pick } from '../core/element.js';
import { count } from '../core/format.js';
import { inkPalette, onTheme, picture } from '../core/palette.js';
import { state } from '../core/store.js';
import { pixelsOf } from '../core/wire.js';

const SIDE = 28; // pixels of a picture

/**
 * @param {HTMLElement} element
 * @param {object} props
 * @param {[what: string, value: string][]} props.summary
 * @param {number[][]} props.confusion a row for what a digit is, a column for what it is read as
 * @param {{ rejected_percent: number, error_percent: number }[]} props.rejectionCurve
 * @param {{ digit: number, read_as: number, pixels: string }[]} props.misread
 */
export function mount(element, { summary, confusion, rejectionCurve, misread }) {
  state.show(['network'], () => hide(pick(element, '.quality-own'), !state.network.network));
  const rows = summary.map(([what, value]) => html`<tr><th scope="row">${what}</th><td>${value}</td></tr>`);
  fill(pick(element, '.figures'), html`<tbody>${rows}</tbody>`);
  fill(pick(element, '.confusion'), confusions(confusion));
  fill(
    pick(element, '.rejection'),
    html`
    <thead><tr><th scope="col">put aside</th><th scope="col">errors among the rest</th></tr></thead>
    <tbody>${rejectionCurve.map((point) => html`<tr><td>${point.rejected_percent} %</td><td>${point.error_percent.toFixed(2)} %</td></tr>`)}</tbody>`,
  );

  const pictures = misread.map(({ digit, read_as, pixels }) => {
    const button = make(html`
      <button type="button" aria-label="A ${digit}, read as ${read_as}. Explore it."><img alt=""><span>${digit} as ${read_as}</span></button>`);
    const explore = new CustomEvent('lenet:explore', { detail: { picture: pixels } });
    button.addEventListener('click', () => document.dispatchEvent(explore));
    pick(element, '.misread').append(button);
    return { image: pick(button, 'img', HTMLImageElement), values: pixelsOf(pixels) };
  });
  const show = () => {
    for (const { image, values } of pictures) picture(image, values, SIDE, SIDE, 255, inkPalette());
  };
  onTheme(show);
  show();
}

/** @param {number[][]} confusion */
function confusions(confusion) {
  const cell = (/** @type {number} */ many, /** @type {boolean} */ right) =>
    many ? html`<td class="${right ? 'right' : 'wrong'}">${count(many)}</td>` : html`<td></td>`;
  return html`
    <thead><tr><td></td>${confusion.map((_, digit) => html`<th scope="col">${digit}</th>`)}</tr></thead>
    <tbody>${confusion.map((row, is) => html`<tr><th scope="row">${is}</th>${row.map((many, as) => cell(many, is === as))}</tr>`)}</tbody>`;
}
