// Every layer as pictures, in the order data flows, painted from the newest answer.
import { pick } from '../core/element.js';
import { influence, receptiveField } from '../core/geometry.js';
import { onTheme, range } from '../core/palette.js';
import { state } from '../core/store.js';
import { isHidden, LayerView } from './layer.js';
import { mountSelect } from './select.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */

/** @param {HTMLElement} element */
export function mount(element) {
  /** @type {LayerView[]} */
  let views = [];
  mountSelect(element);
  let shown = '';
  state.show(['network'], () => {
    const { activation, pooling, layers } = state.network;
    const looks = JSON.stringify([activation, pooling, layers]);
    if (looks === shown) return; // other weights alone
    shown = looks;
    views = layers.map((layer, i) => new LayerView(layer, layers[i - 1], state.network));
    pick(element, '.layers').replaceChildren(...views.map((view) => view.section));
  });

  const paint = () => {
    const { answer } = state;
    if (!answer) return;
    const shared = state.scale === 'hidden' ? largest(state.network.layers, answer) : null;
    for (const view of views) view.paint(answer, shared);
  };
  state.show(['answer', 'scale', 'reveal'], paint);
  onTheme(paint);

  state.show(['selected', 'network'], () => {
    const cell = state.selected;
    const { layers } = state.network;
    const sees = cell ? receptiveField(layers, cell) : {};
    const reaches = cell ? influence(layers, cell) : {};
    for (const view of views) view.outline(cell, sees[view.layer.name], reaches[view.layer.name]);
  });
}

// The largest of the hidden layers, for one scale over them.
/** @param {Layer[]} layers @param {import('../core/store.js').Answer} answer */
const largest = (layers, answer) =>
  Math.max(...layers.filter(isHidden).map(({ name }) => range(answer.layers[name]).most));
