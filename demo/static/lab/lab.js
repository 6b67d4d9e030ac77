// The third tab: the drawing, small, and a card for each experiment on it.
import { bringing } from '../core/bring.js';
import { short } from '../core/call.js';
import { labelOf } from '../core/cells.js';
import { fill, find, html, make, pick, say } from '../core/element.js';
import { onTheme } from '../core/palette.js';
import { state } from '../core/store.js';
import { draw, history } from '../ink/digit.js';
import { onceAFrame, onSize } from '../ink/drawing.js';
import { mountKeys } from '../ink/keys.js';
import { mountPen } from '../ink/pen.js';
import { mountHint, mountStatus, mountTools } from '../ink/tools.js';
import { Card } from './card.js';
import { mountLayers } from './layers.js';

/** @typedef {(request: object) => Promise<any>} Experiment */

const SETTLING = 5000; // ms in which a linked card is brought back
const REST = 700; // ms without anything new, before it is said
const DESK = html`
  <aside class="lab-desk" aria-label="Your drawing">
    <div><div class="pad-frame">
      <canvas class="pad" data-testid="lab-pad" tabindex="0" role="application"
        aria-label="Drawing pad, the same drawing as on the first tab. Draw a digit with mouse, finger or pen, or by keys: the arrows move the pen, space puts it down and lifts it."></canvas>
      <p class="pad-hint" aria-hidden="true">Draw a digit here<small>the experiments follow it</small></p>
    </div>
    <div class="tools" role="toolbar" aria-label="Drawing">
      <button type="button" data-testid="lab-undo" title="Undo (Ctrl Z)" disabled>↶ Undo</button>
      <button type="button" data-testid="lab-redo" title="Redo (Ctrl Shift Z)" disabled>↷ Redo</button>
      <button type="button" data-testid="lab-clear" title="Clear (Delete)" disabled>✕ Clear</button>
    </div></div>
    <div>
    <p class="lab-reads"><output data-testid="lab-prediction" aria-live="off" translate="no">–</output> <span data-testid="lab-network"></span></p>
    <p class="status" data-testid="lab-status" role="status"></p>
    <div class="lab-layers" aria-hidden="true"></div>
    </div>
  </aside>
  <p class="voice" data-testid="lab-voice" aria-live="polite"></p>
  <div class="lab-cards"><nav class="lab-contents" aria-label="Experiments"></nav></div>`;

/**
 * @param {HTMLElement} element
 * @param {{ experiments: Record<string, string> }} props the questions, by the experiments' names
 * @param {{ experiment: Experiment }} server
 */
export function mount(element, { experiments }, server) {
  const root = import.meta.url.replace(/lab\.js$/, '');
  const style = make(html`<link rel="stylesheet" href="${root}desk.css">`);
  document.head.append(style);
  fill(pick(element, '.lab'), DESK);
  const canvas = find(element, 'lab-pad', HTMLCanvasElement);
  mountPen(canvas, history);
  mountKeys(canvas, history);
  mountHint(element, history);
  mountTools(element, history, 'lab-');
  mountStatus(find(element, 'lab-status'), state);
  const redraw = onceAFrame(() => draw(canvas));
  state.on(['subject'], redraw);
  onSize(canvas, redraw);
  onTheme(() => draw(canvas));
  mountAnswer(element);
  mountLayers(pick(element, '.lab-layers'));

  const ask = bringing(short('experiment', server.experiment));
  const speak = speaking(find(element, 'lab-voice'));
  const asked = new URLSearchParams(location.search);
  const [cards, contents] = [pick(element, '.lab-cards'), pick(element, '.lab-contents')];
  for (const [name, question] of Object.entries(experiments)) {
    const isLinked = asked.get('experiment') === name;
    const card = new Card(name, question, ask, isLinked ? settingsIn(asked.get('settings') ?? '{}') : {}, speak);
    cards.append(card.element);
    const go = make(html`<button type="button">${question}</button>`);
    go.addEventListener('click', () => card.show());
    contents.append(go);
    card.open().then(() => isLinked && keepShown(card, cards));
  }
}

// Cards above it grow when they are answered: it is brought back for a while, until the visitor does something.
/** @param {Card} card @param {HTMLElement} cards */
function keepShown(card, cards) {
  card.show();
  const growing = new ResizeObserver(() => card.element.scrollIntoView({ block: 'start' }));
  growing.observe(cards);
  const end = () => growing.disconnect();
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart', 'click', 'focusin'])
    addEventListener(kind, end, { once: true, passive: true });
  setTimeout(end, SETTLING);
}

// What is said to readers of the screen: the newest of what comes, once nothing has come for a while.
/** @param {HTMLElement} region */
function speaking(region) {
  let timer = 0;
  return (/** @type {string} */ text) => {
    clearTimeout(timer);
    timer = setTimeout(() => say(region, text), REST);
  };
}

// A link may say anything; each experiment's own checks come at the server.
/** @param {string} text @returns {Record<string, unknown>} */
function settingsIn(text) {
  try {
    const settings = JSON.parse(text);
    return settings && typeof settings === 'object' && !Array.isArray(settings) ? settings : {};
  } catch {
    return {};
  }
}

/** @param {HTMLElement} element */
function mountAnswer(element) {
  const show = () => {
    const { answer, network } = state;
    const digit = answer?.digit ?? null;
    say(find(element, 'lab-prediction'), digit === null ? '–' : labelOf(network.layers.at(-1), digit));
    const reader = `${network.name ?? 'LeNet-5, bundled'} (another: on the first tab)`;
    say(find(element, 'lab-network'), `${answer?.verdict === 'no digit' ? 'no digit to' : 'read by'} ${reader}`);
  };
  state.show(['answer', 'network'], show);
}
