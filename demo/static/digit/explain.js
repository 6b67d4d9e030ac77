// The sum behind the pinned cell: which one, by its address; what happens there, in words; and its terms.

import { bringing } from '../core/bring.js';
import { address, layerOf, parse, spoken } from '../core/cells.js';
import { copy, fill, find, hide, pick, press, say } from '../core/element.js';
import { number } from '../core/format.js';
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
  /** @type {(typeof import('./terms.js') & typeof import('./words.js')) | undefined} */
  let told;
  let isFetching = false;
  const fetch = async () => {
    if (isFetching) return;
    isFetching = true;
    const modules = await Promise.all([import('./terms.js'), import('./words.js'), import('./slide.js')]).catch(
      () => null,
    );
    isFetching = modules !== null; // or the server is away for a moment
    if (!modules) return;
    const [terms, words, slide] = modules;
    told = { ...terms, ...words };
    slide.mountSlide(element);
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
      say(find(element, 'explain-words'), '');
      if (place.firstChild) place.replaceChildren();
      return;
    }
    const { layers } = state.network;
    const layer = layerOf(layers, cell);
    if (document.activeElement !== input) input.value = address(layer, cell);
    const explanation = state.answer?.explanation;
    const isComing = !explanation || String(explanation.cell) !== String(fields(cell));
    // Until the answer that explains it is there, the sum of the cell before it is faint.
    const busy = String(isComing || !told);
    if (sheet.getAttribute('aria-busy') !== busy) sheet.setAttribute('aria-busy', busy);
    if (isComing) {
      say(find(element, 'explain-title'), spoken(layer, cell));
      return;
    }
    if (!told) {
      fetch();
      return;
    }
    say(find(element, 'explain-title'), `${spoken(layer, cell)} = ${number(explanation.value, 3)}`);
    say(find(element, 'explain-words'), told.words(cell, state.network));
    fill(place, told.terms(explanation, state.network, cell));
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
  if (window.parent !== window) mountFramed();

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

const PAUSE = 2000; // ms before what did not come is asked for again

// What tells which part of the page is on the screen, where it stands in another one.
async function mountFramed() {
  const seen = await import('../core/seen.js').catch(() => null);
  if (seen) seen.mountSeen();
  else setTimeout(mountFramed, PAUSE);
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
