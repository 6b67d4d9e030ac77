// Which network is explored: the bundled one, or one whose file the visitor brings.
import { find, hide, html, isShown, make, pick, say } from '../core/element.js';
import { count, percent } from '../core/format.js';
import { state } from '../core/store.js';
import { granted } from '../core/wire.js';
import { bring, bringing, brought, mountBring } from './bring.js';

/** @typedef {import('../core/store.js').Network} Network */
/** @typedef {import('../core/store.js').Way} Way */
/** @typedef {import('./bring.js').Open} Open */

const LARGEST = 4_000_000; // bytes of a file
const READS = 0.5; // of the digits; a network that reads fewer is for something else
const WEIGHTS = /\.(pt|pth|ckpt|bin|safetensors|npz|pkl|h5|keras|onnx)$/i; // what is no picture, in any case
const KEPT = 'lenet:network'; // in the tab's own storage

/** @param {HTMLElement} element @param {object} _ @param {{ network: Open }} server */
export function mount(element, _, server) {
  const menu = find(element, 'network', HTMLSelectElement);
  const ways = find(element, 'network-way', HTMLSelectElement);
  const input = find(element, 'network-file', HTMLInputElement);
  const said = find(element, 'network-said');
  mountBring(server.network);
  const described = bringing(server.network);
  /** @type {Network | null} the pad says which it is */
  let bundled = null;
  let turn = 0; // of what was asked last

  // Whatever goes wrong is said, and what is shown stays.
  const attempt = async (/** @type {string} */ doing, /** @type {() => Promise<Network>} */ give) => {
    turn += 1;
    const mine = turn;
    tell(said, doing);
    try {
      const network = await give();
      if (mine !== turn) return;
      state.update({ network });
      tell(said, sentence(network));
      keep(network);
    } catch (error) {
      if (mine === turn) tell(said, error instanceof Error ? error.message : String(error), 'error');
    }
    show();
  };

  const open = (/** @type {string} */ name, /** @type {() => Promise<string>} */ read, way = '') =>
    attempt(`Opening ${name} …`, async () => {
      const own = { name, file: await read() };
      const opened = { ...granted(await bring(own)), name };
      const other = way && opened.ways?.find(({ network }) => network.endsWith(`.${way}`))?.network;
      const network = other && other !== opened.network ? await run(other) : opened;
      const known = [...menu.options].some(({ value }) => value === sumOf(opened.network));
      if (!known) menu.append(make(html`<option value="${sumOf(opened.network)}">${name}</option>`));
      return network;
    });
  const run = async (/** @type {string} */ network) => ({
    ...granted(await described({ network })),
    name: brought(network)?.name ?? '',
  });

  const show = () => {
    const { network, ways: all = [] } = state.network;
    menu.value = network ? sumOf(network) : '';
    hide(pick(element, '.network-ways'), !network);
    ways.replaceChildren(
      ...all.map((way) =>
        make(html`<option value="${way.network}">${way.called}: reads ${percent(way.reads)}</option>`),
      ),
    );
    if (network) ways.value = network;
  };

  /** @type {Map<string, string>} the way that each was run last, by its sum */
  const last = new Map();
  const kept = stored();
  state.show(['network'], () => {
    const { network, layers } = state.network;
    if (network) last.set(sumOf(network), network);
    else if (layers.length && !bundled) {
      bundled = state.network;
      if (kept) open(kept.name, async () => kept.file, kept.way);
    }
  });
  menu.addEventListener('change', () => {
    const network = last.get(menu.value);
    attempt('', async () => (network ? run(network) : (bundled ?? state.network)));
  });
  ways.addEventListener('change', () => attempt('', () => run(ways.value)));
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = '';
    if (file) open(file.name, () => inBase64(file));
  });
  mountDrop(element, (file) => open(file.name, () => inBase64(file)));
}

// A file of weights may be dropped anywhere; the browser would leave the page for what nothing takes.
/** @param {HTMLElement} element @param {(file: File) => void} take */
function mountDrop(element, take) {
  document.addEventListener('dragover', (event) => {
    if (isShown(element) && event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  document.addEventListener(
    'drop',
    (event) => {
      const file = event.dataTransfer?.files[0];
      if (!file || !isShown(element)) return;
      event.preventDefault();
      if (!WEIGHTS.test(file.name)) return; // the pad takes pictures
      event.stopPropagation();
      take(file);
    },
    { capture: true },
  );
}

/** @param {Network} network */
function sentence({ network, name, layers, ways = [] }) {
  if (!network) return '';
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const sizes = layers.filter(({ kind }) => kind === 'convolution' || kind === 'fully connected');
  const told = `${name}: ${count(parameters)} parameters, ${sizes.map(({ maps }) => maps).join('-')}.`;
  const reads = ways.find((way) => way.network === network)?.reads ?? 0;
  if (reads >= READS) return `${told} Run so, it reads ${percent(reads)} of the program's own digits.`;
  return `${told} Run so, it reads few of the program's own digits, ${percent(reads)}: perhaps it is for something else. All it computes is shown.`;
}

/** @param {HTMLElement} said @param {string} text */
function tell(said, text, kind = '') {
  said.dataset.kind = kind;
  say(said, text);
}

/** @param {File} file */
async function inBase64(file) {
  if (file.size > LARGEST)
    throw new Error(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB; at most ${LARGEST / 1e6} MB can be opened.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces = [];
  for (let i = 0; i < bytes.length; i += 8190) pieces.push(btoa(String.fromCharCode(...bytes.subarray(i, i + 8190))));
  return pieces.join('');
}

/** @param {string} network */
const sumOf = (network = '') => network.split('.')[0];

// Reload brings it back, where there is a storage and room in it.
/** @param {Network} network */
function keep({ network = '', name }) {
  try {
    if (network) {
      const { file } = brought(network) ?? {};
      sessionStorage.setItem(KEPT, JSON.stringify({ name, file, way: network.split('.')[1] }));
    } else sessionStorage.removeItem(KEPT);
  } catch {
    // It is not kept.
  }
}

/** @returns {{ name: string, file: string, way: string } | null} */
function stored() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    return typeof kept?.file === 'string' && typeof kept.name === 'string' ? kept : null;
  } catch {
    return null;
  }
}
