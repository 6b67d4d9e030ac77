// All layers of the drawing, small: what an experiment changes in the drawing is seen in them at once.
import { spatial } from '../core/cells.js';
import { html, isShown, make, pick } from '../core/element.js';
import { inkPalette, onTheme, paintMaps, palette, range } from '../core/palette.js';
import { state } from '../core/store.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */

/** @param {HTMLElement} place */
export function mountLayers(place) {
  /** @type {ReturnType<typeof rowOf>[]} */
  let rows = [];
  const show = () => {
    const { answer } = state;
    if (!answer || !isShown(place)) return;
    for (const { layer, canvases } of rows) {
      const values = answer.layers[layer.name];
      paintMaps(canvases, values, range(values).most, layer.kind === 'picture' ? inkPalette() : palette());
    }
  };
  let shown = '';
  state.show(['network', 'answer'], () => {
    const { layers } = state.network;
    const looks = JSON.stringify(layers);
    if (looks !== shown) {
      shown = looks;
      rows = layers.map((layer) => rowOf(layer));
      place.replaceChildren(...rows.map(({ row }) => row));
    }
    show();
  });
  onTheme(show);
  new ResizeObserver(show).observe(place);
}

/** @param {Layer} layer */
function rowOf(layer) {
  const [width, height] = spatial(layer) ? [layer.width, layer.height] : [layer.maps, 1];
  const canvases = Array.from({ length: spatial(layer) ? layer.maps : 1 }, () => {
    const canvas = document.createElement('canvas');
    return Object.assign(canvas, { width, height });
  });
  const row = make(
    html`<div class="lab-layer ${spatial(layer) ? 'pictures' : 'strip'}"><small>${layer.name}</small><div></div></div>`,
  );
  pick(row, 'div').append(...canvases);
  return { layer, canvases, row };
}
