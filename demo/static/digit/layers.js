// Every layer as pictures, in the order data flows, painted from the newest answer.
import { state } from '../core/store.js';
import { count, hide, number, say } from '../core/format.js';
import { influence, receptiveField } from '../core/geometry.js';
import { selectable } from './select.js';
import { gradient, inkPalette, onTheme, paint, palette, range } from '../core/palette.js';

const EXPLAINED = {
  input: () => 'your ink as MNIST was prepared: longest side 20 pixels, centred by its mass',
  convolution: (layer) => `${layer.maps} kernels of ${layer.kernel}×${layer.kernel} slide over it; bias, ReLU`,
  pooling: () => 'the largest of every 2×2',
  'fully connected': (layer, before) => `each unit weighs all ${count(before.maps * before.height * before.width)} before it`,
};

export function mount(element, { layers }) {
  const place = element.querySelector('.layers');
  const views = layers.map((layer, i) => new LayerView(layer, layers[i - 1]));
  for (const view of views) place.append(view.section);

  const outline = () => {
    const cell = state.selected;
    const sees = cell ? receptiveField(layers, cell) : {};
    const reaches = cell ? influence(layers, cell) : {};
    for (const view of views) view.outline(cell, sees[view.layer.name], reaches[view.layer.name]);
  };
  state.on('selection', outline);
  state.on('reveal', () => state.answer && views.forEach((view) => view.paint(state.answer)));

  const show = () => state.answer && views.forEach((view) => view.paint(state.answer));
  state.on('answer', show);
  state.on('scale', show);
  onTheme(show);
  show();
  outline();
}

// Hidden layers together, for one scale over all of them.
let pooled = null;
function everything(layers) {
  if (pooled?.of !== layers) {
    const { input, ...rest } = layers;
    pooled = { of: layers, values: Object.values(rest).flatMap((values) => [...values]) };
  }
  return pooled.values;
}

class LayerView {
  constructor(layer, before) {
    this.layer = layer;
    const spatial = layer.height * layer.width > 1;
    const shape = spatial ? `${layer.maps}×${layer.height}×${layer.width}` : `${layer.maps}`;
    const explained = (EXPLAINED[layer.name] ?? EXPLAINED[layer.kind])(layer, before);
    this.section = document.createElement('section');
    this.section.className = `layer layer-${layer.name}`;
    this.section.setAttribute('aria-label', `Layer ${layer.name}`);
    this.section.innerHTML = `
      <header>
        <h2>${layer.name}</h2>
        <span class="layer-kind">${layer.name === 'output' ? 'output' : layer.kind}</span>
        <span class="layer-shape">${shape}</span>
        <span class="layer-parameters">${count(layer.parameters)} parameters</span>
        <span class="layer-explained">${explained}</span>
        <span class="legend"><span class="legend-scale"><b class="legend-low"></b><i></i><b class="legend-high"></b></span></span>
      </header>
      <div class="maps"></div>`;
    this.legend = this.section.querySelector('.legend-scale');
    const maps = this.section.querySelector('.maps');
    // A layer of single units is one strip; the others show a picture per map.
    this.pictures = Array.from({ length: spatial ? layer.maps : 1 }, (_, map) => {
      const canvas = document.createElement('canvas');
      canvas.dataset.testid = testid(layer, map, spatial);
      canvas.setAttribute('aria-label', spatial && layer.maps > 1 ? `${layer.name}, map ${map}` : layer.name);
      Object.assign(canvas, spatial ? { width: layer.width, height: layer.height } : { width: layer.maps, height: 1 });
      const frame = document.createElement('div');
      frame.className = 'map';
      frame.tabIndex = 0;
      frame.setAttribute('role', 'button');
      frame.setAttribute('aria-label', `${canvas.getAttribute('aria-label')}. Arrow keys choose a cell, Enter opens it.`);
      canvas.setAttribute('aria-hidden', 'true');
      const mark = document.createElement('i');
      mark.className = 'mark';
      mark.hidden = true;
      frame.append(canvas, mark);
      maps.append(frame);
      selectable(frame, { layer, map });
      canvas.mark = mark;
      return canvas;
    });
    if (layer.name === 'output') this.section.append(digits(layer.maps));
  }

  // The cell itself, what it sees of this layer, or what it reaches in it.
  outline(cell, sees, reaches) {
    const { layer } = this;
    const spatial = layer.height * layer.width > 1;
    const own = cell?.layer === layer.name;
    this.pictures.forEach((canvas, map) => {
      const { mark } = canvas;
      let box = null;
      if (own) {
        if (!spatial) box = { top: 0, bottom: 0, left: cell.map, right: cell.map };
        else if (cell.map === map) box = { top: cell.row, bottom: cell.row, left: cell.column, right: cell.column };
      } else {
        const found = sees ?? reaches;
        if (found && (found.map === null || found.map === map)) {
          box = spatial ? found : { top: 0, bottom: 0, left: 0, right: layer.maps - 1 };
        }
      }
      hide(mark, !box);
      if (!box) return;
      mark.className = `mark ${own ? 'own' : sees ? 'sees' : 'reaches'}`;
      const [columns, rows] = [canvas.width, canvas.height];
      Object.assign(mark.style, {
        left: `${(100 * box.left) / columns}%`,
        top: `${(100 * box.top) / rows}%`,
        width: `${(100 * (box.right - box.left + 1)) / columns}%`,
        height: `${(100 * (box.bottom - box.top + 1)) / rows}%`,
      });
    });
  }

  paint({ layers, verdict }) {
    const values = hidden(layers[this.layer.name], this.layer);
    const { most, signed } = range(state.scale === 'global' ? everything(layers) : values);
    const colours = this.layer.name === 'input' ? inkPalette() : palette();
    const size = values.length / this.pictures.length;
    this.pictures.forEach((canvas, i) => {
      const own = values.subarray(i * size, (i + 1) * size);
      const full = state.scale === 'map' ? range(own, 0.01).most : most;
      paint(canvas, own, canvas.width, canvas.height, full, colours);
    });
    this.showLegend(most, signed && values.some((value) => value < 0));
    this.section.classList.toggle('asleep', verdict === 'blank');
  }

  showLegend(most, signed) {
    const [low, bar, high] = this.legend.children;
    if (state.scale === 'map') {
      say(low, signed ? '−max' : '0');
      say(high, 'max of map');
    } else {
      say(low, signed ? number(-most) : '0');
      say(high, number(most));
    }
    const css = gradient(signed);
    if (bar.dataset.css !== css) {
      bar.style.background = css;
      bar.dataset.css = css;
    }
    bar.classList.toggle('signed', signed);
  }
}

// While a kernel slides, the cells it has not come to yet are zero.
function hidden(values, layer) {
  const { reveal } = state;
  if (reveal?.layer !== layer.name) return values;
  const area = layer.height * layer.width;
  return values.map((value, i) => (Math.floor(i / area) !== reveal.map || i % area <= reveal.index ? value : 0));
}

// The digits that the output's cells stand for.
function digits(many) {
  const row = document.createElement('div');
  row.className = 'output-digits';
  row.setAttribute('aria-hidden', 'true');
  row.innerHTML = Array.from({ length: many }, (_, digit) => `<span>${digit}</span>`).join('');
  return row;
}

function testid({ name }, map, spatial) {
  if (name === 'input' || name === 'output') return name;
  return spatial ? `map-${name}-${map}` : `units-${name}`;
}
