// The sum behind the pinned cell, with every term as the server's tensors have it.
import { state } from '../core/store.js';
import { address, before, layerOf, parse, spoken, unit } from '../core/cells.js';
import { receptiveField } from '../core/geometry.js';
import { count, hide, number, percent, say } from '../core/format.js';
import { css } from '../core/palette.js';
import { pin, unpin } from './select.js';
import { mountSlide } from './slide.js';

const SHOWN = 12; // contributions listed one by one; the rest are added up

export function mount(element, { layers }, server) {
  const find = (id) => element.querySelector(`[data-testid=${id}]`);
  const [hint, open] = [element.querySelector('.explain-hint'), element.querySelector('.explain-open')];
  const terms = find('explain-terms');
  const input = find('address');

  const show = () => {
    const cell = state.pinned.at(-1);
    hide(hint, Boolean(cell));
    hide(open, !cell);
    element.closest('[role=tabpanel]')?.classList.toggle('explaining', Boolean(cell));
    if (!cell) return;
    const layer = layerOf(layers, cell);
    if (document.activeElement !== input) input.value = address(layer, cell);
    const explanation = state.answer?.explanation;
    const current = explanation && String(explanation.cell) === String([cell.layer, cell.map, cell.row, cell.column]);
    if (!current) {
      say(find('explain-title'), spoken(layer, cell));
      return; // the answer that explains it is on its way
    }
    say(find('explain-title'), `${spoken(layer, cell)} = ${number(explanation.value, 3)}`);
    say(find('explain-words'), sentence(layers, layer, cell, explanation));
    terms.innerHTML = VIEWS[explanation.kind](explanation, { layers, layer, cell });
  };
  state.on('pinned', show);
  state.on('answer', show);

  terms.addEventListener('click', (event) => {
    const link = event.target.closest('[data-cell]');
    if (link) pin(parse(layers, link.dataset.cell));
  });
  input.addEventListener('change', () => {
    const cell = parse(layers, input.value);
    input.setAttribute('aria-invalid', String(!cell));
    if (cell) pin(cell);
  });
  input.addEventListener('keydown', (event) => event.stopPropagation());
  find('close').addEventListener('click', unpin);
  find('copy-code').addEventListener('click', async (event) => {
    const { layer, map, row, column } = state.pinned.at(-1);
    const reply = await server.snippet({ ...state.subject, cell: [layer, map, row, column] });
    const button = event.target;
    const before_ = button.textContent;
    try {
      await navigator.clipboard.writeText(reply.code);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Could not copy';
    }
    element.dataset.code = reply?.code ?? '';
    setTimeout(() => (button.textContent = before_), 1500);
  });
  show();
  mountSlide(element, layers);
}

function sentence(layers, layer, cell, { kind }) {
  if (kind === 'picture') return 'One pixel of the picture: 0 is paper, 1 is ink. Outlined: every cell it can influence.';
  const { top, bottom, left, right } = receptiveField(layers, cell).input;
  const field = `Its receptive field: rows ${top} to ${bottom}, columns ${left} to ${right} of the picture.`;
  const places = layer.height * layer.width;
  return {
    convolution: `${field} Each patch is multiplied, cell by cell, with the kernel; products and bias add up. The same kernel serves at all ${places} places of this map.`,
    pooling: `${field} Max pooling passes on the largest of four values. It has nothing to train; the network of 1998 averaged them instead, with a trained gain and bias.`,
    'fully connected': layer.name === 'output'
      ? `${field} A logit: the weighted sum of all 84 units of F6. A softmax turns the ten logits into probabilities.`
      : `${field} Every value of ${before(layers, cell).name} times a weight of its own, largest products first.`,
  }[kind];
}

const VIEWS = {
  picture: () => '',

  convolution(explanation, { layers, cell, layer }) {
    const source = before(layers, cell);
    const sorted = [...explanation.maps].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
    const most = (key) => Math.max(1e-9, ...explanation.maps.flatMap((map) => map[key].flat()).map(Math.abs));
    const [patches, kernels, products] = ['patch', 'kernel', 'products'].map(most);
    const top = cell.row * layer.stride - layer.padding;
    const left = cell.column * layer.stride - layer.padding;
    const rows = sorted.map((map) => `
      <div class="term-map">
        <b>${source.maps > 1 ? `${source.name} map ${map.map}` : 'input'}</b>
        ${grid(map.patch, patches, 'patch', (i, j) => link(source, map.map, top + i, left + j))}<span class="sign">×</span>
        ${grid(map.kernel, kernels, 'kernel')}<span class="sign">=</span>
        ${grid(map.products, products, 'products')}<span class="sign">Σ</span>
        <output>${number(map.sum, 3)}</output>
      </div>`);
    const sums = sorted.map((map) => signed(map.sum)).join(' ');
    return `<p class="total">${sums} ${signed(explanation.bias)} <small>bias</small> = <b>${number(explanation.pre_activation, 3)}</b>
      → ReLU → <b data-testid="explain-value">${number(explanation.value, 3)}</b></p>
      <div class="term-maps">${rows.join('')}</div>`;
  },

  pooling(explanation, { layers, cell, layer }) {
    const source = before(layers, cell);
    const [top, left] = [cell.row * layer.stride, cell.column * layer.stride];
    const most = Math.max(1e-9, ...explanation.values.flat());
    const [row, column] = explanation.winner;
    const cells = grid(explanation.values, most, 'values', (i, j) => link(source, cell.map, top + i, left + j),
      (i, j) => top + i === row && left + j === column);
    return `<div class="term-map"><b>${source.name} map ${cell.map}</b>${cells}<span class="sign">max</span>
      <output data-testid="explain-value">${number(explanation.value, 3)}</output></div>
      <p class="total">The winner: <button type="button" data-cell="${source.name}/${cell.map}/${row}/${column}">${source.name} map ${cell.map}, row ${row}, column ${column}</button></p>`;
  },

  'fully connected'(explanation, context) {
    const { layers, cell } = context;
    const source = before(layers, cell);
    const list = contributions(explanation.products, source, (i) => `${number(explanation.inputs[i], 3)} × ${number(explanation.weights[i], 3)}`);
    const total = explanation.softmax
      ? `<p class="total">sum ${signed(explanation.bias)} <small>bias</small> = <b data-testid="explain-value">${number(explanation.value, 3)}</b></p>`
      : `<p class="total">sum ${signed(explanation.bias)} <small>bias</small> = <b>${number(explanation.pre_activation, 3)}</b>
        → ReLU → <b data-testid="explain-value">${number(explanation.value, 3)}</b></p>`;
    return `<div class="term-columns"><div>${list}${total}</div>${explanation.softmax ? answer(explanation, context, source) : ''}</div>`;
  },
};

// The softmax worked out, and why this digit and not its nearest rival.
function answer({ softmax, against }, { cell }, source) {
  const rows = softmax.logits.map((logit, digit) => `
    <tr${digit === cell.map ? ' class="own"' : ''}><th scope="row">${digit}</th><td>${number(logit, 2)}</td>
    <td>${number(softmax.exponentials[digit], 4)}</td><td>${percent(softmax.exponentials[digit] / softmax.sum)}</td></tr>`);
  return `
    <div><table class="softmax"><caption>Softmax: e^(logit − largest) over the sum ${number(softmax.sum, 4)}</caption>
      <thead><tr><th scope="col">digit</th><th scope="col">logit</th><th scope="col">e^…</th><th scope="col">share</th></tr></thead>
      <tbody>${rows.join('')}</tbody></table></div>
    <div><h3>Why ${cell.map} and not ${against.digit}?</h3>
      <p>The logits differ by ${number(against.difference, 3)}. Split over F6, and the biases:</p>
      ${contributions(against.products, source)}
      <p class="total">sum ${signed(against.bias)} <small>biases</small> = <b>${number(against.difference, 3)}</b></p></div>`;
}

// The largest products one by one, each a link to where it comes from, and the rest in one line.
function contributions(products, source, factors = () => '') {
  const order = products.map((_, i) => i).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const most = Math.max(1e-9, Math.abs(products[order[0]]));
  const rows = order.slice(0, SHOWN).map((i) => {
    const cell = unit(source, i);
    return `<tr><th scope="row"><button type="button" data-cell="${address(source, cell)}">${spoken(source, cell)}</button></th>
      <td>${factors(i)}</td><td style="${css(products[i], most)}">${number(products[i], 3)}</td></tr>`;
  });
  const rest = order.slice(SHOWN).reduce((sum, i) => sum + products[i], 0);
  return `<table class="contributions"><tbody>${rows.join('')}
    <tr><th scope="row">the other ${count(order.length - SHOWN)}</th><td></td><td>${number(rest, 3)}</td></tr></tbody></table>`;
}

function grid(values, most, name, linkOf = () => null, marked = () => false) {
  const rows = values.map((row, i) => `<tr>${row.map((value, j) => {
    const target = linkOf(i, j);
    const attributes = target ? ` data-cell="${target}" tabindex="0" role="button"` : '';
    return `<td style="${css(value, most)}"${marked(i, j) ? ' class="winner"' : ''}${attributes}>${number(value, 2)}</td>`;
  }).join('')}</tr>`);
  return `<table class="grid"><caption>${name}</caption><tbody>${rows.join('')}</tbody></table>`;
}

// The address of a cell of the layer before; null in the padding.
function link(layer, map, row, column) {
  const inside = row >= 0 && row < layer.height && column >= 0 && column < layer.width;
  return inside ? address(layer, { map, row, column }) : null;
}

const signed = (value) => `${value < 0 ? '−' : '+'} ${number(Math.abs(value), 3)}`;
