// The ideas of LeNet in short: the ledger of sharing, and all kernels to touch.
import { state } from '../core/store.js';
import { unit } from '../core/cells.js';
import { count, number } from '../core/format.js';
import { onTheme, picture, range } from '../core/palette.js';
import { pin } from './select.js';

export function mount(element, { layers, ledger }, server) {
  element.querySelector('[data-testid=ledger]').innerHTML = `
    <thead><tr><th scope="col">layer</th><th scope="col">parameters</th><th scope="col">each used</th><th scope="col">connections</th>
      <th scope="col">if every unit had its own kernel</th><th scope="col">if every unit saw everything</th></tr></thead>
    <tbody>${ledger.map((row) => `<tr><th scope="row">${row.layer}</th><td>${count(row.parameters)}</td><td>${row.uses ? `${count(row.uses)} ×` : ''}</td>
      <td>${count(row.connections)}</td><td>${row.untied ? count(row.untied) : ''}</td><td>${row.fully_connected ? count(row.fully_connected) : ''}</td></tr>`).join('')}</tbody>`;
  mountKernels(element.querySelector('[data-testid=kernels]'), layers, server);
}

async function mountKernels(place, layers, server) {
  const kernels = await server.kernels(null);
  if (!kernels) {
    place.textContent = 'The kernels could not be loaded. Reload the page to try again.';
    return;
  }
  const painters = [];
  for (const [name, { weight, bias }] of Object.entries(kernels)) {
    const layer = layers.find((each) => each.name === name);
    const { most } = range(weight.flat(3), 1e-9);
    const row = document.createElement('div');
    row.className = 'kernels';
    weight.forEach((slices, map) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-label', `Kernel ${map} of ${name}, bias ${number(bias[map], 3)}. Go where it fires most.`);
      const strip = document.createElement('span');
      if (slices.length > 1) strip.className = 'small';
      for (const slice of slices) {
        const image = new Image();
        image.alt = '';
        painters.push(() => picture(image, slice.flat(), layer.kernel, layer.kernel, most));
        strip.append(image);
      }
      button.append(strip, `${name} ${map}, bias ${number(bias[map], 2)}`);
      button.addEventListener('click', () => {
        const cell = strongest(layer, map);
        if (!cell) return;
        pin(cell);
        document.querySelector(`[data-testid=map-${name}-${map}]`).scrollIntoView({ block: 'center' });
      });
      row.append(button);
    });
    place.append(row);
  }
  const show = () => painters.forEach((each) => each());
  onTheme(show);
  show();
}

// Where a map is largest on this drawing.
function strongest(layer, map) {
  const values = state.answer?.layers[layer.name];
  if (!values) return null;
  const area = layer.height * layer.width;
  let best = map * area;
  for (let i = best; i < (map + 1) * area; i += 1) if (values[i] > values[best]) best = i;
  return unit(layer, best);
}
