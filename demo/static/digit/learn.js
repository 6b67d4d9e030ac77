// The ideas of LeNet in short: the ledger of sharing, and all kernels to touch.

import { bringing } from '../core/bring.js';
import { spatial, unit } from '../core/cells.js';
import { fill, find, hide, html, make, pick, say } from '../core/element.js';
import { mountFold } from '../core/fold.js';
import { count, number } from '../core/format.js';
import { receptiveField } from '../core/geometry.js';
import { onTheme, picture, range } from '../core/palette.js';
import { state } from '../core/store.js';
import { values } from '../core/wire.js';
import { pin } from './select.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
const REST = 250; // ms

/** @typedef {{ weight: string | null, shape: number[], bias: number[] | null }} Kernels weight null: too many to show */

/**
 * @param {HTMLElement} element
 * @param {object} _
 * @param {{ kernels: (request: object) => Promise<Record<string, Kernels> | { error: string } | undefined> }} server
 */
export function mount(element, _, server) {
  mountFold(element);
  const place = find(element, 'kernels');
  const ask = bringing(server.kernels);
  /** @type {(() => void)[]} */
  let painters = [];
  const paint = () => {
    for (const each of painters) each();
  };
  let timer = 0;
  const showKernels = async () => {
    const { network, layers } = state.network;
    const kernels = await ask({ network: network ?? null });
    if (network !== state.network.network) return; // another was chosen since
    painters = [];
    place.replaceChildren();
    if (!kernels || 'error' in kernels)
      place.textContent = 'The kernels could not be loaded. Reload the page to try again.';
    else
      painters = layers.flatMap((layer) =>
        layer.name in kernels ? mountKernels(place, layer, kernels[layer.name]) : [],
      );
    paint();
  };
  onTheme(paint);
  state.show(['other'], () => {
    const { other } = state;
    hide(pick(element, '.ledger-other'), !other);
    if (!other) return;
    say(find(element, 'ledger-other-name'), `Beside it: ${other.name ?? 'LeNet-5, bundled'}`);
    fill(find(element, 'ledger-other'), ledgerOf(other));
  });
  state.show(['network'], () => {
    if (!state.network.layers.length) return;
    fill(find(element, 'ledger'), ledgerOf(state.network));
    showTable(element, state.network.layers);
    for (const fact of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll('[data-fact]')))
      say(fact, FACTS[fact.dataset.fact ?? '']?.(state.network.layers, state.network.pooling) ?? '');
    // Not for every moment of a training that is played.
    clearTimeout(timer);
    timer = setTimeout(showKernels, place.childElementCount ? REST : 0);
  });
}

// Which maps read which, where a layer has a table of them: click one to see a cell of it.
/** @param {HTMLElement} element @param {Layer[]} layers */
function showTable(element, layers) {
  const at = layers.findIndex((layer) => layer.reads);
  hide(pick(element, '.reads'), at < 0);
  if (at < 0) return;
  const [layer, { name, maps }] = [layers[at], layers[at - 1]];
  const head = (layer.reads ?? []).map(
    (_, map) =>
      html`<th scope="col"><button type="button" data-map="${map}" aria-label="${layer.name} map ${map}">${map}</button></th>`,
  );
  const rows = Array.from({ length: maps }, (_, before) => {
    const marks = (layer.reads ?? []).map((read) => html`<td>${read.includes(before) ? '×' : ''}</td>`);
    return html`<tr><th scope="row">${name} ${before}</th>${marks}</tr>`;
  });
  const table = pick(element, '.reads table');
  fill(table, html`<thead><tr><th scope="col">${layer.name}</th>${head}</tr></thead><tbody>${rows}</tbody>`);
  table.onclick = ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button) openStrongest(layer, Number(button.dataset.map));
  };
}

/** @param {import('../core/store.js').Network} network */
const ledgerOf = ({ ledger }) => html`
    <thead><tr><th scope="col">layer</th><th scope="col">parameters</th><th scope="col">each used</th><th scope="col">connections</th>
      <th scope="col">if every unit had its own kernel</th><th scope="col">if every unit saw everything</th></tr></thead>
    <tbody>${ledger.map(
      (
        row,
      ) => html`<tr><th scope="row">${row.layer}</th><td>${count(row.parameters)}</td><td>${row.uses ? `${count(row.uses)} ×` : ''}</td>
      <td>${count(row.connections)}</td><td>${row.untied ? count(row.untied) : ''}</td><td>${row.fully_connected ? count(row.fully_connected) : ''}</td></tr>`,
    )}</tbody>`;

/** @type {Record<string, (layers: Layer[], pooling: string) => string>} what is said of the network that is shown */
const FACTS = {
  kernel: (layers) => listed([...new Set(of(layers, 'convolution').map(({ kernel }) => `${kernel}×${kernel}`))], 'or'),
  places: ([, { height, width }]) => count(height * width),
  fields: (layers) => {
    const seen = layers
      .slice(1)
      .filter(spatial)
      .map((layer) => {
        const cell = { layer: layer.name, map: 0, row: layer.height >> 1, column: layer.width >> 1 };
        const { top, bottom } = receptiveField(layers, cell)[layers[0].name];
        return `of ${layer.name} ${bottom - top + 1}×${bottom - top + 1}`;
      });
    const [first, ...others] = seen;
    if (!first) return 'Every unit sees the whole picture.';
    const [connected] = of(layers, 'fully connected');
    const { top, bottom } = receptiveField(layers, { layer: connected.name, map: 0, row: 0, column: 0 })[
      layers[0].name
    ];
    const all = top === 0 && bottom === layers[0].height - 1 ? 'the whole picture' : 'all that these see';
    return `A cell ${first.replace(/ (?=\d)/, ' sees ')} pixels, ${others.map((each) => `${each}, `).join('')}and ${connected.name} ${all}.`;
  },
  pooling: (layers, pooling) => {
    const names = listed(of(layers, 'pooling').map(({ name }) => name));
    if (!names) return 'This network has no pooling layer.';
    if (pooling === 'trained') return `${names} add every 2×2 up, times a trained gain, plus a trained bias.`;
    return `${names} ${pooling === 'max' ? 'keep the largest' : pooling.includes('before') ? 'pass on the activation of the mean of sums' : 'pass on the mean'} of every 2×2 and have nothing to learn.`;
  },
  connected: (layers) =>
    `${listed(
      of(layers, 'fully connected').map(({ name }, i) => {
        const source = layers[layers.findIndex((layer) => layer.name === name) - 1];
        const all = i ? 'all' : `all ${count(source.maps * source.height * source.width)} values`;
        return `${name === 'output' ? 'the output' : name} ${i ? '' : 'weighs '}${all} of ${source.name}`;
      }),
    )}.`,
};

/** @param {Layer[]} layers @param {Layer['kind']} kind */
const of = (layers, kind) => layers.filter((layer) => layer.kind === kind);

/** @param {string[]} names */
const listed = (names, last = 'and') =>
  names.length > 2 ? `${names.slice(0, -1).join(', ')} ${last} ${names[names.length - 1]}` : names.join(` ${last} `);

// A row of buttons, one a kernel. Returns what paints their pictures.
/** @param {HTMLElement} place @param {Layer} layer @param {Kernels} kernels */
function mountKernels(place, layer, { weight, shape: [maps, slices, size], bias }) {
  if (!weight) {
    place.append(
      make(html`<p>${layer.name} has too many kernels to show them all. Open a cell of it to see its own.</p>`),
    );
    return [];
  }
  const numbers = values(weight);
  const { most } = range(numbers, 1e-9);
  const row = make(html`<div class="kernels"></div>`);
  place.append(row);
  return Array.from({ length: maps }, (_, map) => {
    const biased = (/** @type {number} */ digits) => (bias ? `, bias ${number(bias[map], digits)}` : '');
    const button = make(html`
      <button type="button" aria-label="Kernel ${map} of ${layer.name}${biased(3)}. Go where it fires most."
        ><span class="${slices > 1 && 'small'}">${Array.from({ length: slices }, () => html`<img alt="">`)}</span>${layer.name} ${map}${biased(2)}</button>`);
    button.addEventListener('click', () => openStrongest(layer, map));
    row.append(button);
    const images = [...button.querySelectorAll('img')];
    const part = (/** @type {number} */ i) =>
      numbers.subarray((map * slices + i) * size ** 2, (map * slices + i + 1) * size ** 2);
    return images.map((image, i) => () => picture(image, part(i), size, size, most));
  }).flat();
}

// Open the cell where a map is largest on this drawing.
/** @param {Layer} layer @param {number} map */
function openStrongest(layer, map) {
  const values = state.answer?.layers[layer.name];
  if (!values || !state.network.layers.includes(layer)) return; // another network was chosen since
  const area = layer.height * layer.width;
  let best = map * area;
  for (let i = best; i < (map + 1) * area; i += 1) if (values[i] > values[best]) best = i;
  pin(unit(layer, best));
  find(document, `map-${layer.name}-${map}`, HTMLCanvasElement).scrollIntoView({ block: 'center' });
}
