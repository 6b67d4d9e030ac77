// Every layer as pictures, in the order data flows, painted from the newest answer.
import { state } from './state.js';
import { count, number } from './format.js';
import { gradient, inkPalette, onTheme, paint, palette, range } from './palette.js';

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

  const show = () => state.answer && views.forEach((view) => view.paint(state.answer));
  state.on('answer', show);
  onTheme(show);
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
        <span class="legend"><b class="legend-low"></b><i></i><b class="legend-high"></b></span>
      </header>
      <div class="maps"></div>`;
    this.legend = this.section.querySelector('.legend');
    const maps = this.section.querySelector('.maps');
    // A layer of single units is one strip; the others show a picture per map.
    this.pictures = Array.from({ length: spatial ? layer.maps : 1 }, (_, map) => {
      const canvas = document.createElement('canvas');
      canvas.dataset.testid = testid(layer, map, spatial);
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', spatial && layer.maps > 1 ? `${layer.name}, map ${map}` : layer.name);
      Object.assign(canvas, spatial ? { width: layer.width, height: layer.height } : { width: layer.maps, height: 1 });
      maps.append(canvas);
      return canvas;
    });
    if (layer.name === 'output') this.section.append(digits(layer.maps));
  }

  paint({ layers, verdict }) {
    const values = layers[this.layer.name];
    const { most, signed } = range(values);
    const colours = this.layer.name === 'input' ? inkPalette() : palette();
    const size = values.length / this.pictures.length;
    this.pictures.forEach((canvas, i) => {
      paint(canvas, values.subarray(i * size, (i + 1) * size), canvas.width, canvas.height, most, colours);
    });
    this.showLegend(most, signed);
    this.section.classList.toggle('asleep', verdict === 'blank');
  }

  showLegend(most, signed) {
    const [low, bar, high] = this.legend.children;
    low.textContent = signed ? number(-most) : '0';
    high.textContent = number(most);
    const css = gradient(signed);
    if (bar.dataset.css !== css) {
      bar.style.background = css;
      bar.dataset.css = css;
    }
    bar.classList.toggle('signed', signed);
  }
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
