// The terms of a cell's sum, as the server's tensors have them, written out.
import { address, before, labelOf, layerOf, spoken, unit } from '../core/cells.js';
import { html } from '../core/element.js';
import { count, number, percent } from '../core/format.js';
import { css } from '../core/palette.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../core/geometry.js').Cell} Cell */
/** @typedef {import('../core/wire.js').Explanation} Explanation */
/** @typedef {import('../core/wire.js').Convolution} Convolution */
/** @typedef {import('../core/wire.js').Pooling} Pooling */
/** @typedef {import('../core/wire.js').Connected} Connected */
/** @typedef {import('../core/wire.js').Softmax} Softmax */
/** @typedef {import('../core/wire.js').Against} Against */
/** @typedef {import('../core/wire.js').Distances} Distances */
/** @typedef {import('../core/store.js').Network} Network */

const SHOWN = 12; // contributions listed one by one; the rest are added up
const LEAST = 1e-9; // so that nothing but zeros has a scale too

/** @param {Explanation} explanation @param {Network} network @param {Cell} cell */
export function terms(explanation, { layers, activation }, cell) {
  if (explanation.kind === 'picture') return html``;
  const [layer, source] = [layerOf(layers, cell), before(layers, cell)];
  const value = html`<b data-testid="explain-value">${number(explanation.value, 3)}</b>`;
  if (explanation.kind === 'convolution') return convolution(explanation, layer, source, cell, value, activation);
  if (explanation.kind === 'pooling') return pooling(explanation, layer, source, cell, value, activation);
  if (explanation.kind === 'distances') return distances(explanation, layer, source, cell, value);
  return connected(explanation, layer, source, cell, value, activation);
}

/** @typedef {ReturnType<typeof html>} Markup */

/** @type {(explanation: Convolution, layer: Layer, source: Layer, cell: Cell, value: Markup, activation: string) => Markup} */
function convolution({ maps, bias, pre_activation }, layer, source, cell, value, activation) {
  const sorted = [...maps].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const most = (/** @type {'patch' | 'kernel' | 'products'} */ key) => largest(maps.flatMap((map) => map[key].flat()));
  const [patches, kernels, products] = [most('patch'), most('kernel'), most('products')];
  const top = cell.row * layer.stride - layer.padding;
  const left = cell.column * layer.stride - layer.padding;
  const rows = sorted.map(
    ({ map, patch, kernel, products: terms_, sum }) => html`
    <div class="term-map">
      <b>${source.maps > 1 ? `${source.name} map ${map}` : source.name}</b>
      ${grid(patch, patches, 'patch', (i, j) => link(source, map, top + i, left + j))}<span class="sign">×</span>
      ${grid(kernel, kernels, 'kernel')}<span class="sign">=</span>
      ${grid(terms_, products, 'products')}<span class="sign">Σ</span>
      <output>${number(sum, 3)}</output>
    </div>`,
  );
  return html`
    <p class="total">${sorted.map(({ sum }) => `${signed(sum)} `)}${activated(bias, pre_activation, value, activation)}</p>
    <div class="term-maps">${rows}</div>`;
}

/** @type {(explanation: Pooling, layer: Layer, source: Layer, cell: Cell, value: Markup, activation: string) => Markup} */
function pooling(
  { values, winner, pre_activation, gain, bias = null },
  layer,
  source,
  { map, row: at, column: across },
  value,
  activation,
) {
  const [top, left] = [at * layer.stride, across * layer.stride];
  const cells = grid(
    values,
    largest(values.flat()),
    'values',
    (i, j) => link(source, map, top + i, left + j),
    (i, j) => winner?.[0] === top + i && winner[1] === left + j,
  );
  const [row, column] = winner ?? [0, 0];
  return html`
    <div class="term-map"><b>${source.name} map ${map}</b>${cells}<span class="sign">${winner ? 'max' : gain === undefined ? 'mean' : 'Σ'}</span>
      ${
        gain !== undefined &&
        html`<span>${number(
          values.flat().reduce((sum, each) => sum + each, 0),
          3,
        )} × ${number(gain, 3)} <small>gain</small> ${biased(bias)} = </span>`
      }
      ${pre_activation !== undefined && html`<span><b>${number(pre_activation, 3)}</b> → ${activation} →</span>`}<output>${value}</output></div>
    ${winner && html`<p class="total">The winner: ${go(source, { map, row, column })}</p>`}`;
}

/** @type {(explanation: Connected, layer: Layer, source: Layer, cell: Cell, value: Markup, activation: string) => Markup} */
function connected(
  { inputs, weights, products, bias, pre_activation, softmax, against },
  layer,
  source,
  cell,
  value,
  activation,
) {
  const factors = (/** @type {number} */ i) => `${number(inputs[i], 3)} × ${number(weights[i], 3)}`;
  const total =
    pre_activation === undefined
      ? html`${biased(bias)} = ${value}`
      : activated(bias, pre_activation, value, activation);
  return html`
    <div class="term-columns">
      <div>${contributions(products, source, factors)}<p class="total">sum ${total}</p></div>
      ${softmax && shares(softmax, cell.map, layer)}
      ${against && rivalry(against, layer, cell.map, source)}
    </div>`;
}

const WIDE = 7; // pixels of a bitmap

/** @type {(explanation: Distances, layer: Layer, source: Layer, cell: Cell, value: Markup) => Markup} */
function distances({ inputs, weights, products, distances: all, against }, layer, source, cell, value) {
  const factors = (/** @type {number} */ i) => `(${number(inputs[i], 3)} − ${number(weights[i], 0)})²`;
  const rows = (/** @type {number[]} */ flat) =>
    Array.from({ length: flat.length / WIDE }, (_, row) => flat.slice(row * WIDE, (row + 1) * WIDE));
  const picture = (/** @type {number[]} */ flat, /** @type {string} */ name) => html`
    <table class="grid bitmap"><caption>${name}</caption><tbody>${rows(flat).map(
      (row) =>
        html`<tr>${row.map((each) => html`<td style="${css(each, 1.7)}" title="${number(each, 2)}"></td>`)}</tr>`,
    )}</tbody></table>`;
  const least = Math.min(...all);
  return html`
    <div class="term-columns">
      <div class="term-map">${picture(inputs, `${source.name}, as 7×12`)}<span class="sign">−</span>${picture(weights, `bitmap of ${cell.map}`)}</div>
      <div>${contributions(products, source, factors)}<p class="total">− sum = ${value}</p></div>
      <div><table class="softmax"><caption>Squared distances; the smallest wins</caption>
        <thead><tr><th scope="col">digit</th><th scope="col">distance</th></tr></thead>
        <tbody>${all.map((each, digit) => html`<tr class="${each === least && 'own'}"><th scope="row">${digit}</th><td>${number(each, 2)}</td></tr>`)}</tbody></table></div>
      ${rivalry(against, layer, cell.map, source)}
    </div>`;
}

/** @type {(bias: number | null, sum: number, value: Markup, activation: string) => Markup} */
const activated = (bias, sum, value, activation) =>
  html`${biased(bias)} = <b>${number(sum, 3)}</b> → ${activation} → ${value}`;

/** @param {number | null} bias null: the network has none */
const biased = (bias, name = 'bias') => bias !== null && html`${signed(bias)} <small>${name}</small>`;

// The softmax worked out.
/** @param {Softmax} softmax @param {number} own @param {Layer} output */
function shares({ logits, exponentials, sum }, own, output) {
  const rows = logits.map(
    (logit, digit) => html`
    <tr class="${digit === own && 'own'}"><th scope="row">${labelOf(output, digit)}</th><td>${number(logit, 2)}</td>
    <td>${number(exponentials[digit], 4)}</td><td>${percent(exponentials[digit] / sum)}</td></tr>`,
  );
  return html`
    <div><table class="softmax"><caption>Softmax: e^(logit − largest) over the sum ${number(sum, 4)}</caption>
      <thead><tr><th scope="col">digit</th><th scope="col">logit</th><th scope="col">e^…</th><th scope="col">share</th></tr></thead>
      <tbody>${rows}</tbody></table></div>`;
}

// Why this digit and not its nearest rival.
/** @param {Against} against @param {Layer} output @param {number} own @param {Layer} source */
const rivalry = ({ digit, difference, bias, products }, output, own, source) => html`
  <div><h3>Why ${labelOf(output, own)} and not ${labelOf(output, digit)}?</h3>
    <p>The outputs differ by ${number(difference, 3)}. Split over ${source.name}, and the biases:</p>
    ${contributions(products, source)}
    <p class="total">sum ${biased(bias, 'biases')} = <b>${number(difference, 3)}</b></p></div>`;

// The largest products one by one, each a link to where it comes from, and the rest in one line.
/** @type {(products: number[], source: Layer, factors?: (i: number) => string) => Markup} */
function contributions(products, source, factors = () => '') {
  const order = products.map((_, i) => i).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const most = largest(products);
  const rows = order.slice(0, SHOWN).map(
    (i) => html`
    <tr><th scope="row">${go(source, unit(source, i))}</th>
      <td>${factors(i)}</td><td style="${css(products[i], most)}">${number(products[i], 3)}</td></tr>`,
  );
  const rest = order.slice(SHOWN).reduce((sum, i) => sum + products[i], 0);
  return html`<table class="contributions"><tbody>${rows}
    ${order.length > SHOWN && html`<tr><th scope="row">the other ${count(order.length - SHOWN)}</th><td></td><td>${number(rest, 3)}</td></tr>`}</tbody></table>`;
}

/** @typedef {import('../core/cells.js').Place} Place */

// A button that opens a cell of the layer before.
/** @param {Layer} source @param {Place} place */
const go = (source, place) =>
  html`<button type="button" data-cell="${address(source, place)}">${spoken(source, place)}</button>`;

/**
 * @param {number[][]} values
 * @param {number} most
 * @param {string} name
 * @param {(i: number, j: number) => string | null} [linkOf] the address of what a cell shows
 * @param {(i: number, j: number) => boolean} [isWinner]
 */
function grid(values, most, name, linkOf = () => null, isWinner = () => false) {
  const cell = (/** @type {number} */ value, /** @type {number} */ i, /** @type {number} */ j) => {
    const [style, kind, target] = [css(value, most), isWinner(i, j) ? 'winner' : '', linkOf(i, j)];
    const shown = number(value, 2);
    return target
      ? html`<td style="${style}" class="${kind}" data-cell="${target}" tabindex="0" role="button">${shown}</td>`
      : html`<td style="${style}" class="${kind}">${shown}</td>`;
  };
  const rows = values.map((row, i) => html`<tr>${row.map((value, j) => cell(value, i, j))}</tr>`);
  return html`<table class="grid"><caption>${name}</caption><tbody>${rows}</tbody></table>`;
}

// The address of a cell of the layer before; null in the padding.
/** @type {(layer: Layer, map: number, row: number, column: number) => string | null} */
function link(layer, map, row, column) {
  const inside = row >= 0 && row < layer.height && column >= 0 && column < layer.width;
  return inside ? address(layer, { map, row, column }) : null;
}

/** @param {number[]} values */
const largest = (values) => Math.max(LEAST, ...values.map(Math.abs));

/** @param {number} value */
const signed = (value) => `${value < 0 ? '−' : '+'} ${number(Math.abs(value), 3)}`;
