// One layer: its name and shape, its maps as pictures, the scale of their colours, what is outlined on them.
import { labelOf, spatial } from '../core/cells.js';
import { find, hide, html, make, pick, say } from '../core/element.js';
import { count, number } from '../core/format.js';
import { gradient, inkPalette, paintMaps, palette, range } from '../core/palette.js';
import { state } from '../core/store.js';
import { oneStop, selectable } from './select.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../core/geometry.js').Cell} Cell */
/** @typedef {import('../core/geometry.js').Box} Box */
/** @typedef {import('../core/store.js').Answer} Answer */
/** @typedef {import('../core/store.js').Network} Network */

/** @type {Record<Layer['kind'], (layer: Layer, before: Layer, network: Network) => string>} */
const EXPLAINED = {
  picture: () => 'your ink as MNIST was prepared: longest side 20 pixels, centred by its mass',
  convolution: ({ maps, kernel, reads }, _, { activation }) =>
    reads
      ? `${maps} maps, each of some of those before; bias, ${activation}`
      : `${maps} kernels of ${kernel}×${kernel} slide over it; bias, ${activation}`,
  pooling: (_layer, _before, { pooling, activation }) => POOLED[pooling]?.(activation) ?? pooling,
  'fully connected': ({ name }, before, { output }) =>
    name === 'output' && output === 'distances'
      ? 'minus the squared distance to a fixed bitmap of each digit'
      : `each unit weighs all ${count(before.maps * before.height * before.width)} before it`,
};

/** @type {Record<string, (activation: string) => string>} */
const POOLED = {
  max: () => 'the largest of every 2×2',
  average: () => 'the mean of every 2×2',
  'average before the activation': (activation) => `the mean of every 2×2 sums, then ${activation}`,
  trained: (activation) => `every 2×2 added up, times a gain, plus a bias, ${activation}`,
};

const ROW = 16; // maps side by side, at most; half as many where the page is narrow

export class LayerView {
  /** @param {Layer} layer @param {Layer} before @param {Network} network */
  constructor(layer, before, network) {
    this.layer = layer;
    const shape = spatial(layer) ? `${layer.maps}×${layer.height}×${layer.width}` : layer.maps;
    this.section = make(html`
      <section class="layer layer-${layer.name} ${placed(layer, network)}" style="${columns(layer)}" aria-label="Layer ${layer.name}">
        <header tabindex="-1">
          <h2>${layer.name}</h2>
          <span class="layer-kind">${layer.name === 'output' ? 'output' : layer.kind}</span>
          <span class="layer-shape">${shape}</span>
          <span class="layer-parameters">${count(layer.parameters)} parameters</span>
          <span class="layer-explained">${EXPLAINED[layer.kind](layer, before, network)}</span>
          <span class="legend"><span class="legend-scale"><b class="legend-low"></b><i></i><b class="legend-high"></b></span></span>
        </header>
        <div class="maps" role="group" aria-label="Maps of ${layer.name}"></div>
        ${layer.name === 'output' && digits(layer)}
      </section>`);
    this.legend = {
      low: pick(this.section, '.legend-low'),
      bar: pick(this.section, '.legend-scale i'),
      high: pick(this.section, '.legend-high'),
    };
    // A layer of single units is one strip; the others show a picture per map.
    this.maps = Array.from({ length: spatial(layer) ? layer.maps : 1 }, (_, map) => mapOf(layer, map));
    const frames = this.maps.map(({ frame }) => frame);
    pick(this.section, '.maps').append(...frames);
    oneStop(frames);
  }

  /**
   * Outline the cell itself, what it sees of this layer, or what it reaches in it.
   *
   * @param {Cell | null} cell
   * @param {Box | undefined} sees
   * @param {Box | undefined} reaches
   */
  outline(cell, sees, reaches) {
    const kind = cell?.layer === this.layer.name ? 'own' : sees ? 'sees' : 'reaches';
    this.maps.forEach(({ canvas, mark }, map) => {
      const box = kind === 'own' ? this.boxOf(cell, map) : this.boxOn(sees ?? reaches, map);
      hide(mark, !box);
      if (!box) return;
      mark.className = `mark ${kind}`;
      const [columns, rows] = [canvas.width, canvas.height];
      Object.assign(mark.style, {
        left: `${(100 * box.left) / columns}%`,
        top: `${(100 * box.top) / rows}%`,
        width: `${(100 * (box.right - box.left + 1)) / columns}%`,
        height: `${(100 * (box.bottom - box.top + 1)) / rows}%`,
      });
    });
  }

  // Where a cell of this layer lies on a map; null: on another one.
  /** @param {Cell | null} cell @param {number} map */
  boxOf(cell, map) {
    if (!cell) return null;
    if (!spatial(this.layer)) return { top: 0, bottom: 0, left: cell.map, right: cell.map };
    return cell.map === map ? { top: cell.row, bottom: cell.row, left: cell.column, right: cell.column } : null;
  }

  // What a field covers of a map.
  /** @param {Box | undefined} field @param {number} map */
  boxOn(field, map) {
    if (!field || (field.maps && !field.maps.includes(map))) return null;
    return spatial(this.layer) ? field : { top: 0, bottom: 0, left: 0, right: this.layer.maps - 1 };
  }

  /**
   * @param {Answer} answer
   * @param {number | null} shared what full colour stands for in all hidden layers, if they share a scale
   */
  paint({ layers, verdict }, shared) {
    const { name, kind } = this.layer;
    const values = revealed(layers[name], this.layer);
    const own = range(values);
    const most = isHidden(this.layer) && shared !== null ? shared : own.most;
    const colours = kind === 'picture' ? inkPalette() : palette();
    paintMaps(
      this.maps.map(({ canvas }) => canvas),
      values,
      fullOf(most),
      colours,
    );
    this.showLegend(most, own.signed);
    this.section.classList.toggle('asleep', verdict === 'blank');
  }

  /** @param {number} most @param {boolean} signed */
  showLegend(most, signed) {
    const { low, bar, high } = this.legend;
    const [least, largest] = state.scale === 'map' ? ['−max', 'max of map'] : [number(-most), number(most)];
    say(low, signed ? least : '0');
    say(high, largest);
    const colours = gradient(signed);
    if (bar.dataset.css !== colours) {
      bar.style.background = colours;
      bar.dataset.css = colours;
    }
    bar.classList.toggle('signed', signed);
  }
}

// What full colour stands for, where maps share a scale; null, where each has its own.
/** @param {number} most */
export const fullOf = (most) => (state.scale === 'map' ? null : most);

// The first layers stand beside the picture; maps that halve the size of those above them are drawn smaller.
/** @param {Layer} layer @param {Network} network */
function placed(layer, { layers }) {
  const at = layers.indexOf(layer);
  const beside = spatial(layer) && (at === 1 || at === 2);
  return [spatial(layer) ? 'pictures' : 'strip', beside && 'beside', beside && layer.kind].filter(Boolean).join(' ');
}

// How many maps stand side by side, so that all rows are about as long.
/** @param {Layer} layer */
export function columns({ maps }) {
  const across = (/** @type {number} */ most) => Math.ceil(maps / Math.ceil(maps / most));
  return `--across: ${across(ROW)}; --across-narrow: ${across(ROW / 2)}; --units: ${maps}`;
}

// Neither the picture nor the logits, which are of another kind and size than what lies between.
/** @param {Layer} layer */
export const isHidden = ({ kind, name }) => kind !== 'picture' && name !== 'output';

// While a kernel slides, the cells it has not come to yet are zero.
/** @param {Float32Array} values @param {Layer} layer */
function revealed(values, layer) {
  const { reveal } = state;
  if (reveal?.layer !== layer.name) return values;
  const area = layer.height * layer.width;
  return values.map((value, i) => (Math.floor(i / area) !== reveal.map || i % area <= reveal.index ? value : 0));
}

/** @param {Layer} layer @param {number} map */
function mapOf(layer, map) {
  const [name, id] = named(layer, map);
  const [width, height] = spatial(layer) ? [layer.width, layer.height] : [layer.maps, 1];
  const frame = make(html`
    <div class="map" tabindex="-1" role="button" aria-label="${name}. Arrow keys choose a cell, Enter opens it."
      ><canvas data-testid="${id}" width="${width}" height="${height}" aria-hidden="true"></canvas><i class="mark" hidden></i></div>`);
  selectable(frame, layer, map);
  return { frame, canvas: find(frame, id, HTMLCanvasElement), mark: pick(frame, '.mark') };
}

// How a map is called, and its test id.
/** @param {Layer} layer @param {number} map */
function named(layer, map) {
  const { name, maps } = layer;
  const told = spatial(layer) && maps > 1 ? `${name}, map ${map}` : name;
  if (name === 'input' || name === 'output') return [told, name];
  return [told, spatial(layer) ? `map-${name}-${map}` : `units-${name}`];
}

// The digits that the output's cells stand for.
/** @param {Layer} layer */
const digits = (layer) =>
  html`<div class="output-digits" aria-hidden="true">${Array.from({ length: layer.maps }, (_, digit) => html`<span title="${labelOf(layer, digit)}">${labelOf(layer, digit)}</span>`)}</div>`;
