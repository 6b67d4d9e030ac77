// Edit a kernel: its weights are dragged or taken from known kernels, and the map and the answer follow.
import { hide, html, make } from '../../static/core/element.js';
import { count, number } from '../../static/core/format.js';
import { state } from '../../static/core/store.js';
import { changes, mostChanged, signed } from '../../static/lab/changes.js';
import { called, choose, menu, picture, reads, readsSums, refill } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';
import { weightGrid } from '../../static/lab/weights.js';

/** @typedef {import('../../static/core/geometry.js').Layer} Layer */
/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/**
 * @typedef {object} Reply
 * @property {number[]} trained
 * @property {number[]} kernel
 * @property {string | null} preset
 * @property {string[]} presets
 * @property {number} reach
 * @property {Numbers} maps before, now, difference
 * @property {number} largest
 * @property {number} difference
 * @property {number[][]} probabilities
 * @property {(number | null)[]} read
 * @property {number[]} change
 */

const TRAINED = 'trained';
const OWN = 'own';
/** @type {Record<string, string>} */
const PRESETS = {
  trained: 'as trained',
  vertical: 'Sobel (vertical edges)',
  horizontal: 'Sobel (horizontal edges)',
  gabor: 'Gabor (a wave at 45°)',
  blur: 'blur',
  laplacian: 'Laplacian, negated (lines)',
  identity: 'identity (the middle alone)',
  nothing: 'nothing (zeros)',
};

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  // What was chosen, by a link or by hand; where the network has no such thing, the menus show another.
  const wanted = { ...initial };
  let presets = Object.keys(PRESETS);
  /** @param {Record<string, unknown>} changed */
  const choosing = (changed) => {
    Object.assign(wanted, changed);
    again();
  };
  const asTrained = { weights: null, preset: TRAINED };
  const layers = menu('layer', 'kernel-layer', {}, (layer) => choosing({ layer, ...asTrained }));
  const maps = menu('kernel of', 'kernel-map', {}, (map) => choosing({ map, ...asTrained }));
  const sources = menu('over', 'kernel-from', {}, (from) => choosing({ from, ...asTrained }));
  const known = menu('kernel', 'kernel-preset', PRESETS, (preset) => {
    if (preset !== OWN) choosing({ preset, weights: null });
  });
  const reset = make(
    html`<button type="button" class="lab-button" data-testid="kernel-reset">As trained</button>`,
    HTMLButtonElement,
  );
  reset.addEventListener('click', () => choosing(asTrained));
  const grid = weightGrid('kernel-weights', 'drag a weight up or down, or use the arrow keys', (weights) =>
    choosing({ weights }),
  );
  const trained = picture('kernel as trained', 'kernel-trained');
  const pictures = ['before', 'now', 'difference'].map((what) => picture(what, `kernel-${what}`));
  const changed = changes('kernel-changes');
  const [controls, desk, side, row] = ['lab-row', 'kernel-desk', 'kernel-side', 'lab-row'].map((className) =>
    Object.assign(document.createElement('div'), { className }),
  );
  controls.append(layers.element, maps.element, sources.element, known.element, reset);
  row.append(...[trained, ...pictures].map((each) => each.element));
  side.append(row, changed.element);
  desk.append(grid.element, side);
  element.append(controls, desk);

  const layerNow = () => state.network.layers.find(({ name }) => name === layers.select.value);
  /** Let the menus offer what this network has. */
  const fit = () => {
    const all = state.network.layers;
    const convolutions = all.filter(({ kind }) => kind === 'convolution');
    refill(layers.select, Object.fromEntries(convolutions.map(({ name }) => [name, name])));
    choose(layers.select, wanted.layer);
    const layer = layerNow();
    if (!layer) return;
    const before = all[all.indexOf(layer) - 1];
    refill(maps.select, Object.fromEntries(numbersTo(layer.maps).map((map) => [map, `map ${map}`])));
    choose(maps.select, wanted.map);
    const read = layer.reads?.[Number(maps.select.value)] ?? numbersTo(before.maps);
    refill(sources.select, Object.fromEntries(read.map((map) => [map, `${before.name}, map ${map}`])));
    choose(sources.select, wanted.from);
    hide(sources.element, read.length < 2);
    if (!isKernel(wanted.weights, layer)) wanted.weights = null;
    const offered = presets.map((name) => [name, PRESETS[name]]);
    refill(known.select, Object.fromEntries(wanted.weights ? [...offered, [OWN, 'your own']] : offered));
    choose(known.select, wanted.weights ? OWN : wanted.preset);
  };
  state.show(['network'], fit);

  return {
    settings() {
      fit();
      const [map, from] = [maps, sources].map(({ select }) => Number(select.value));
      const at = { layer: layers.select.value, map, from };
      return wanted.weights ? { ...at, weights: wanted.weights } : { ...at, preset: known.select.value };
    },
    /**
     * @param {Reply} reply
     * @param {unknown} _
     * @param {{ layer: string, map: number, from: number, preset?: string }} settings
     */
    show(reply, _, settings) {
      const at = state.network.layers.findIndex(({ name }) => name === settings.layer);
      const [before, layer] = state.network.layers.slice(at - 1, at + 1);
      if (at < 0) return '';
      ({ presets } = reply);
      if (reply.preset && !wanted.weights && known.select.value === settings.preset) wanted.preset = reply.preset;
      fit();
      const size = Math.sqrt(reply.kernel.length);
      // While one drags, the answer to an earlier place comes.
      grid.show(isKernel(wanted.weights, layer) ? wanted.weights : reply.kernel, reply.reach);
      trained.paint(reply.trained, size, { most: reply.reach });
      const name = `${layer.name}, map ${settings.map}`;
      const what = readsSums(layer) ? `${name}, its sums` : name;
      for (const [i, each] of pictures.entries()) {
        each.call([`${what} before`, `${what} now`, 'difference'][i]);
        each.paint(rows(reply.maps)[i], reply.maps.shape[2], { most: 1 });
      }
      changed.show(reply);
      const over = before.maps > 1 ? ` over ${before.name}, map ${settings.from},` : '';
      return said(`${name}${over && ','}${over}`, reply);
    },
  };
}

/** @param {number} count */
const numbersTo = (count) => Array.from({ length: count }, (_, i) => i);

/** @param {unknown} weights @param {Layer} layer @returns {weights is number[]} */
const isKernel = (weights, { kernel }) =>
  Array.isArray(weights) && weights.length === kernel ** 2 && weights.every(Number.isFinite);

/** @param {string} name @param {Reply} reply */
function said(name, { preset, kernel, largest, difference, probabilities, read, change }) {
  const [before, now] = probabilities.map((each, i) => reads(each, read[i]));
  if (preset === TRAINED)
    return `${name} as trained: read as ${now}. Drag a weight up or down, or choose another kernel.`;
  const other = preset ? PRESETS[preset] : 'a kernel of your own';
  const isSame = read[0] === read[1];
  const what = state.network.output === 'distances' ? 'score' : 'logit';
  const most = mostChanged(change);
  const all = state.network.layers.reduce((total, { parameters }) => total + parameters, 0);
  const others = `${count(kernel.length)} of the network's ${count(all)} parameters`;
  return [
    `${name} with ${other}: read as ${now} (before: ${before}).`,
    isSame ? `Only ${others} differ; the answer stays.` : `The answer changes, though only ${others} differ.`,
    `The map changes by up to ${number(difference)}, where its largest value was ${number(largest)}, and the ${what} of ${called(most)} by ${signed(change[most])}.`,
  ].join(' ');
}
