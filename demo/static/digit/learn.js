// The ideas of LeNet in short: the ledger of sharing, and all kernels to touch.
import { unit } from '../core/cells.js';
import { fill, find, html, make } from '../core/element.js';
import { count, number } from '../core/format.js';
import { onTheme, picture, range } from '../core/palette.js';
import { state } from '../core/store.js';
import { pin } from './select.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {{ weight: number[][][][], bias: number[] }} Kernels */
/**
 * @typedef {object} Row of the ledger
 * @property {string} layer
 * @property {number} parameters
 * @property {number} uses 0: the layer has nothing to train
 * @property {number} connections
 * @property {number} untied
 * @property {number} fully_connected
 */

/**
 * @param {HTMLElement} element
 * @param {{ layers: Layer[], ledger: Row[] }} props
 * @param {{ kernels: (request: null) => Promise<Record<string, Kernels> | undefined> }} server
 */
export async function mount(element, { layers, ledger }, server) {
  fill(
    find(element, 'ledger'),
    html`
    <thead><tr><th scope="col">layer</th><th scope="col">parameters</th><th scope="col">each used</th><th scope="col">connections</th>
      <th scope="col">if every unit had its own kernel</th><th scope="col">if every unit saw everything</th></tr></thead>
    <tbody>${ledger.map(
      (
        row,
      ) => html`<tr><th scope="row">${row.layer}</th><td>${count(row.parameters)}</td><td>${row.uses ? `${count(row.uses)} ×` : ''}</td>
      <td>${count(row.connections)}</td><td>${row.untied ? count(row.untied) : ''}</td><td>${row.fully_connected ? count(row.fully_connected) : ''}</td></tr>`,
    )}</tbody>`,
  );

  const place = find(element, 'kernels');
  const kernels = await server.kernels(null);
  if (!kernels) {
    place.textContent = 'The kernels could not be loaded. Reload the page to try again.';
    return;
  }
  const painters = Object.entries(kernels).flatMap(([name, numbers]) => {
    const layer = layers.find((each) => each.name === name);
    return layer ? mountKernels(place, layer, numbers) : [];
  });
  const show = () => {
    for (const paint of painters) paint();
  };
  onTheme(show);
  show();
}

// A row of buttons, one a kernel. Returns what paints their pictures.
/** @param {HTMLElement} place @param {Layer} layer @param {Kernels} kernels */
function mountKernels(place, layer, { weight, bias }) {
  const { most } = range(weight.flat(3), 1e-9);
  const row = make(html`<div class="kernels"></div>`);
  place.append(row);
  return weight.flatMap((slices, map) => {
    const button = make(html`
      <button type="button" aria-label="Kernel ${map} of ${layer.name}, bias ${number(bias[map], 3)}. Go where it fires most."
        ><span class="${slices.length > 1 && 'small'}">${slices.map(() => html`<img alt="">`)}</span>${layer.name} ${map}, bias ${number(bias[map], 2)}</button>`);
    button.addEventListener('click', () => {
      const cell = strongest(layer, map);
      if (!cell) return;
      pin(cell);
      find(document, `map-${layer.name}-${map}`, HTMLCanvasElement).scrollIntoView({ block: 'center' });
    });
    row.append(button);
    const images = [...button.querySelectorAll('img')];
    return slices.map((slice, i) => () => picture(images[i], slice.flat(), layer.kernel, layer.kernel, most));
  });
}

// Where a map is largest on this drawing.
/** @param {Layer} layer @param {number} map */
function strongest(layer, map) {
  const values = state.answer?.layers[layer.name];
  if (!values) return null;
  const area = layer.height * layer.width;
  let best = map * area;
  for (let i = best; i < (map + 1) * area; i += 1) if (values[i] > values[best]) best = i;
  return unit(layer, best);
}
