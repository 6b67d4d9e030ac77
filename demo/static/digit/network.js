// Which network is explored: the bundled one, or one whose file the visitor brings.

import { bring, bringing, brought, mountBring } from '../core/bring.js';
import { find, hide, html, make, pick, say } from '../core/element.js';
import { count, percent } from '../core/format.js';
import { readLink } from '../core/link.js';
import { state } from '../core/store.js';
import { granted } from '../core/wire.js';
import { kept as wasHere } from '../ink/keep.js';
import { mountDrop } from './drop.js';

/** @typedef {import('../core/store.js').Network} Network */
/** @typedef {import('../core/bring.js').Open} Open */

const READS = 0.5; // of the digits; a network that reads fewer is for something else
const KEPT = 'lenet:network'; // in the tab's own storage
const FOLLOWED = 'followed'; // in the menu
const MOMENTS = 'moments';

/**
 * @param {HTMLElement} element
 * @param {{ followed: string | null, published: Record<string, string> }} props the name of the file that the page was
 *   started with, if any; the other bundled networks
 * @param {{ network: Open }} server
 */
export function mount(element, { followed, published }, server) {
  const menu = find(element, 'network', HTMLSelectElement);
  const ways = find(element, 'network-way', HTMLSelectElement);
  const input = find(element, 'network-file', HTMLInputElement);
  const said = find(element, 'network-said');
  mountBring(server.network);
  const described = bringing(server.network);
  /** @type {Map<string, Network>} what was shown last of each, by its place in the menu */
  const last = new Map();
  let turn = 0; // of what was asked last

  const beside = find(element, 'network-beside', HTMLSelectElement);
  const offer = (/** @type {string} */ key, /** @type {string} */ name) => {
    for (const each of [menu, beside])
      if (![...each.options].some(({ value }) => value === key))
        each.append(make(html`<option value="${key}">${name}</option>`));
  };
  const show = (/** @type {Network} */ network) => {
    offer(keyOf(network), network.name ?? '');
    state.update({ network });
    tell(said, sentence(network));
  };
  // Whatever goes wrong is said, and what is shown stays.
  const attempt = async (/** @type {string} */ doing, /** @type {() => Promise<Network>} */ give) => {
    turn += 1;
    const mine = turn;
    tell(said, doing);
    try {
      const network = await give();
      if (mine !== turn) return;
      show(network);
      keep(network);
    } catch (error) {
      if (mine === turn) tell(said, error instanceof Error ? error.message : String(error), 'error');
    }
    chosen();
  };

  const open = (
    /** @type {string} */ name,
    /** @type {() => Promise<{ file: string, labels?: unknown }>} */ read,
    way = '',
  ) =>
    attempt(`Opening ${name} …`, async () => {
      const own = { name, ...(await read()) };
      const reply = await bring(own);
      if (reply && 'error' in reply) throw new Error(`${name}: ${reply.error}`);
      const opened = { ...granted(reply), name };
      const other = opened.ways?.find(({ network }) => network.endsWith(`.${way}`))?.network ?? opened.network;
      return other === opened.network ? opened : run(opened, other);
    });
  // The same run another way.
  const run = async (/** @type {Network} */ network, /** @type {string} */ way) => ({
    ...network,
    ...granted(await described({ network: way })),
  });

  /** @type {() => void} */
  let endMoments = () => {};
  /** @type {Network['moments']} whose slider is there */
  let learning;
  const showMoments = async (/** @type {Network} */ { network = '', moments }) => {
    if (moments === learning) return;
    learning = moments;
    endMoments();
    endMoments = () => {};
    if (!moments) return;
    const { mountMoments } = await import('./moments.js');
    if (learning !== moments) return;
    endMoments = mountMoments(pick(element, '.moments'), moments, momentOf(network), (moment) =>
      state.update({ network: { ...state.network, network: `moment-${moment}` } }),
    );
  };

  const chosen = () => {
    const { network, ways: all = [] } = state.network;
    showMoments(state.network);
    menu.value = keyOf(state.network);
    hide(pick(element, '.network-ways'), !all.length);
    ways.replaceChildren(
      ...all.map((way) =>
        make(
          html`<option value="${way.network}">${way.called}${way.reads ? `: reads ${percent(way.reads)}` : ''}</option>`,
        ),
      ),
    );
    if (network) ways.value = network;
  };

  // The file that is followed takes its place in the menu; as long as it is chosen, or nothing is, its news are shown.
  const start = async (/** @type {string} */ name) => {
    const { follow } = await import('./follow.js');
    let isNew = true;
    const onNews = async (/** @type {Network & { network: string }} */ news) => {
      const before = last.get(FOLLOWED);
      const way = before?.network !== before?.ways?.[0].network && before?.network?.split('.')[1]; // chosen by hand
      const same = way && news.ways?.find((each) => each.network.endsWith(`.${way}`));
      const reply = same && (await described({ network: same.network }));
      const newest = { ...news, ...(reply && 'network' in reply ? reply : {}), name, followed: true };
      const isWanted = menu.value === (isNew ? '' : FOLLOWED);
      isNew = false;
      last.set(FOLLOWED, newest);
      offer(FOLLOWED, name);
      if (!isWanted) return;
      turn += 1; // whatever was asked of the one before
      show(newest);
    };
    follow(server.network, onNews, (trouble) => {
      if (menu.value === (isNew ? '' : FOLLOWED)) tell(said, trouble, 'error');
    });
  };

  for (const [network, name] of Object.entries(published)) offer(network, name);
  const had = async (/** @type {string} */ value) => {
    if (value in published) return granted(await server.network({ network: value }));
    const network = last.get(value) ?? state.network;
    return network.network ? run(network, network.network) : network;
  };
  // The network that a link names, if there is such a one.
  const choose = (/** @type {string} */ linked) => {
    const key = linked.startsWith('moment-') ? MOMENTS : linked;
    if (!Object.hasOwn(published, key)) return;
    menu.value = key; // and what is followed does not take its place
    attempt('', async () => {
      const network = await had(key);
      if (!network.moments) return network;
      return momentOf(linked) < network.moments.batches.length ? { ...network, network: linked } : state.network;
    });
  };

  state.show(['network'], () => {
    const { layers, network } = state.network;
    if (!layers.length) return; // the pad has not told the bundled one yet
    const isFirst = !last.size;
    last.set(keyOf(state.network), state.network);
    chosen();
    if (!isFirst || network) return;
    if (followed) start(followed);
    const { network: linked } = readLink(location.search, []);
    const before = !followed && (!linked || wasHere('digit')) ? stored() : null;
    if (before && 'file' in before) open(before.name, async () => before, before.way);
    else choose(before?.bundled ?? linked ?? '');
  });
  menu.addEventListener('change', () => {
    const { value } = menu;
    attempt('', () => had(value));
  });
  beside.addEventListener('change', async () => {
    const { value } = beside;
    try {
      const other = value === 'none' ? null : await had(value);
      if (beside.value === value) state.update({ other, otherAnswer: null });
    } catch (error) {
      tell(said, error instanceof Error ? error.message : String(error), 'error');
    }
  });
  ways.addEventListener('change', () => attempt('', () => run(state.network, ways.value)));
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    take(files);
  });
  // A file of weights, perhaps with one of labels; or labels for the network that is shown.
  const take = (/** @type {File[]} */ files) => {
    const [named, weights] = [files.find(isLabels), files.find((file) => !isLabels(file))];
    const shown = brought(state.network.network ?? '');
    if (weights)
      open(weights.name, async () => {
        const { inBase64, labelsIn } = await readers();
        return { file: await inBase64(weights), labels: named && (await labelsIn(named)) };
      });
    else if (named && shown) relabel(named, shown);
    else if (named) tell(said, 'Open a network of your own first; its labels come with it, or after it.', 'error');
  };
  // The same file with other labels is run as it was, and takes its place.
  const relabel = async (/** @type {File} */ labels, /** @type {import('../core/bring.js').Own} */ { name, file }) => {
    const [before, way] = (state.network.network ?? '').split('.');
    await open(name, async () => ({ file, labels: await (await readers()).labelsIn(labels) }), way);
    if (keyOf(state.network) === before) return;
    last.delete(before);
    for (const each of [menu, beside]) [...each.options].find(({ value }) => value === before)?.remove();
    chosen();
  };
  document.addEventListener('lenet:open', (event) => {
    pick(document, '[role=tab]').click(); // where it is said how it went
    take([/** @type {CustomEvent<File>} */ (event).detail]);
  });
  mountDrop(element, take, (name) =>
    tell(said, `${name} is no file of weights. A picture can be dropped on the pad.`, 'error'),
  );
}

/** @param {Network} network */
function sentence({ network, name, layers, ways = [], saved, testError, moments }) {
  if (!network || moments) return '';
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const sizes = layers.filter(({ kind }) => kind === 'convolution' || kind === 'fully connected');
  const times = saved ? ` (saved ${count(saved)} ${saved > 1 ? 'times' : 'time'}; followed)` : '';
  const told = `${name}${times}: ${count(parameters)} parameters, ${sizes.map(({ maps }) => maps).join('-')}.`;
  if (testError !== undefined) return `${told} It misreads ${testError.toFixed(2)} % of MNIST's test set.`;
  if (layers.at(-1)?.labels)
    return `${told} Its outputs have labels, so no digits can tell how it is to be run: choose it at “run with”.`;
  const read = ways.map(({ reads }) => reads ?? 0);
  const reads = ways.find((way) => way.network === network)?.reads ?? null;
  const [most, best] = [Math.max(...read), ways[read.indexOf(Math.max(...read))]];
  if (most < READS)
    return `${told} However it is run, it reads few of the program's own digits, ${percent(most)} at most: perhaps it is for something else, or has just begun to learn. All it computes is shown.`;
  if (reads === null)
    return `${told} How many digits it reads so was not counted; run with ${best.called} it reads ${percent(most)} of the program's own.`;
  return `${told} Run so, it reads ${percent(reads)} of the program's own digits.`;
}

/** @param {HTMLElement} said @param {string} text */
function tell(said, text, kind = '') {
  said.dataset.kind = kind;
  say(said, text);
}

// What reads files comes with the first one.
const readers = async () => granted(await import('./files.js').catch(() => null));

/** @param {File} file */
const isLabels = (file) => /\.json$/i.test(file.name);

/** @param {string} network */
const momentOf = (network) => Number(network.split('-')[1]);

// A network's place in the menu: the bundled one has the first, and what is followed one for good.
/** @param {Network} network */
const keyOf = ({ network = '', followed = false, moments }) =>
  followed ? FOLLOWED : moments ? MOMENTS : network.split('.')[0];

// Reload brings it back, where there is a storage and room in it.
/** @param {Network} network */
function keep({ network = '', name, followed = false }) {
  try {
    const own = brought(network);
    sessionStorage.removeItem(KEPT); // before there may be no room for the next
    const kept = own ? { ...own, name, way: network.split('.')[1] } : { bundled: network };
    if (network && !followed) sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // It is not kept.
  }
}

/** @returns {{ name: string, file: string, labels?: unknown, way: string } | { bundled: string } | null} */
function stored() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    const isOwn = typeof kept?.file === 'string' && typeof kept.name === 'string';
    return isOwn || typeof kept?.bundled === 'string' ? kept : null;
  } catch {
    return null;
  }
}
