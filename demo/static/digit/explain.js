// The sum behind the pinned cell: which one, in words, by its address; and its terms.

import { bringing } from '../core/bring.js';
import { address, before, layerOf, parse, spoken } from '../core/cells.js';
import { copy, fill, find, hide, pick, press, say } from '../core/element.js';
import { count, number } from '../core/format.js';
import { receptiveField } from '../core/geometry.js';
import { mountSeen } from '../core/seen.js';
import { state } from '../core/store.js';
import { granted, sent } from '../core/wire.js';
import { pin, unpin } from './select.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../core/geometry.js').Cell} Cell */
/** @typedef {import('../core/wire.js').CellFields} CellFields */
/** @typedef {(request: object) => Promise<{ code: string } | { error: string } | undefined>} Snippet */

/** @param {HTMLElement} element @param {object} _ @param {{ snippet: Snippet }} server */
export function mount(element, _, server) {
  const input = find(element, 'address', HTMLInputElement);
  const place = find(element, 'explain-terms');
  const sheet = pick(element, '.explain-open');
  const ask = bringing(server.snippet);
  /** @type {Cell | undefined} */
  let uncovered;

  // What writes sums out comes when a cell is first pointed at, and is there when one is opened.
  /** @type {typeof import('./terms.js')['terms'] | undefined} */
  let terms;
  let isComing = false;
  const fetch = async () => {
    if (isComing) return;
    isComing = true;
    const modules = await Promise.all([import('./terms.js'), import('./slide.js')]).catch(() => null);
    isComing = modules !== null; // or the server is away for a moment
    if (!modules) return;
    terms = modules[0].terms;
    modules[1].mountSlide(element);
    show();
  };
  state.on(['hover'], fetch);

  const show = () => {
    const cell = state.pinned.at(-1);
    const hadFocus = sheet.contains(document.activeElement);
    hide(pick(element, '.explain-hint'), Boolean(cell));
    hide(sheet, !cell);
    element.closest('[role=tabpanel]')?.classList.toggle('explaining', Boolean(cell));
    if (!cell) {
      // Who closed it by keys goes on where it was opened.
      const maps = uncovered ? document.querySelectorAll(`.layer-${uncovered.layer} > .maps .map`) : [];
      const map = maps[Math.min(uncovered?.map ?? 0, maps.length - 1)];
      if (hadFocus && map instanceof HTMLElement) map.focus({ preventScroll: true });
      uncovered = undefined;
      return;
    }
    const { layers } = state.network;
    const layer = layerOf(layers, cell);
    if (document.activeElement !== input) input.value = address(layer, cell);
    const explanation = state.answer?.explanation;
    if (!explanation || String(explanation.cell) !== String(fields(cell))) {
      say(find(element, 'explain-title'), spoken(layer, cell));
      return; // the answer that explains it is on its way
    }
    if (!terms) {
      fetch();
      return;
    }
    say(find(element, 'explain-title'), `${spoken(layer, cell)} = ${number(explanation.value, 3)}`);
    say(find(element, 'explain-words'), words(cell));
    fill(place, terms(explanation, state.network, cell));
    // What was pressed to come here may be gone now.
    if (hadFocus && document.activeElement === document.body)
      find(element, 'explain-title').focus({ preventScroll: true });
    if (cell !== uncovered) uncover(sheet, cell);
    uncovered = cell;
  };
  state.show(['pinned', 'answer'], show);

  place.addEventListener('click', ({ target }) => {
    if (target instanceof Element) open(target.closest('[data-cell]')?.getAttribute('data-cell') ?? '');
  });
  input.addEventListener('change', () => input.setAttribute('aria-invalid', String(!open(input.value))));
  input.addEventListener('keydown', (event) => event.stopPropagation());
  find(element, 'close').addEventListener('click', unpin);
  const copyCode = find(element, 'copy-code', HTMLButtonElement);
  press(copyCode, snippet, 'Copied');
  mountSeen();

  /** @param {string} text @returns whether it names a cell */
  function open(text) {
    const cell = parse(state.network.layers, text);
    if (cell) pin(cell);
    return cell !== null;
  }

  async function snippet() {
    const cell = state.pinned[state.pinned.length - 1];
    const { name } = state.network;
    const { code } = granted(await ask(sent({ ...state.subject, cell: fields(cell), ...(name && { name }) })));
    element.dataset.code = code;
    return copy(copyCode, code);
  }
}

const ROOM = 16; // pixels between a layer and the sheet
const LEAST = 0.6; // of the sheet's greatest height, which is left to it

// The sheet stays below the layer that its cell belongs to; where that leaves too little of it, the page scrolls.
/** @param {HTMLElement} sheet @param {Cell} cell */
function uncover(sheet, cell) {
  const layer = pick(document, `.layer-${cell.layer}`);
  sheet.style.removeProperty('--room');
  const most = parseFloat(getComputedStyle(sheet).maxHeight);
  const room = sheet.getBoundingClientRect().bottom - layer.getBoundingClientRect().bottom - ROOM;
  sheet.style.setProperty('--room', `${Math.max(LEAST * most, room)}px`);
  layer.style.scrollMarginBottom = `${window.innerHeight - sheet.getBoundingClientRect().top + ROOM}px`;
  layer.scrollIntoView({ block: 'nearest' });
}

/** @param {Cell} cell @returns {CellFields} */
const fields = ({ layer, map, row, column }) => [layer, map, row, column];

// What happens in the cell's layer.
/** @param {Cell} cell */
function words(cell) {
  const { layers, pooling, output } = state.network;
  const layer = layerOf(layers, cell);
  if (layer.kind === 'picture')
    return 'One pixel of the picture: 0 is paper, 1 is ink. Outlined: every cell it can influence.';
  const { top, bottom, left, right } = receptiveField(layers, cell)[layers[0].name];
  const field = `Its receptive field: rows ${top} to ${bottom}, columns ${left} to ${right} of the picture.`;
  if (layer.kind === 'convolution') {
    const some = layer.reads ? ' Of the maps before, it reads those of its row in a fixed table.' : '';
    return `${field}${some} Each patch is multiplied, cell by cell, with the kernel; products and bias add up. The same kernel serves at all ${
      layer.height * layer.width
    } places of this map.`;
  }
  if (layer.kind === 'pooling' && pooling === 'trained')
    return `${field} Four values added up, times a gain, plus a bias, of which this map has one each; then squashed.`;
  if (layer.kind === 'pooling') {
    const passed = pooling === 'max' ? 'the largest of four values' : 'the mean of four values';
    const told = pooling.includes('before') ? 'what the activation makes of the mean of four sums' : passed;
    return `${field} It passes on ${told}, and has nothing to train; the network of 1998 added them up, with a trained gain and bias.`;
  }
  const source = before(layers, cell);
  if (layer.name === 'output' && output === 'distances')
    return `${field} How far all units of ${source.name}, seen as a picture of 7×12, are from a bitmap of the digit, which was fixed before training.`;
  return layer.name === 'output'
    ? `${field} A logit: the weighted sum of all ${count(source.maps * source.height * source.width)} units of ${source.name}. A softmax turns the logits into probabilities.`
    : `${field} Every value of ${source.name} times a weight of its own, largest products first.`;
}
