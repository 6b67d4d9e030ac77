// How the layers are shown, and what one can take along: a link, the activations, a picture.

import { bringing, brought } from '../core/bring.js';
import { copy, find, press, say } from '../core/element.js';
import { shareLink } from '../core/link.js';
import { state } from '../core/store.js';
import { bytesOf, granted, sent } from '../core/wire.js';

/** @typedef {(request: object) => Promise<{ npz: string } | { error: string } | undefined>} Download */

/** @param {HTMLElement} element @param {object} _ @param {{ download: Download }} server */
export function mount(element, _, server) {
  const before = find(element, 'pre-activation', HTMLInputElement);
  state.on(['network'], () => say(find(element, 'activation'), state.network.activation));
  before.addEventListener('change', () => state.update({ preActivation: before.checked }));
  const scale = find(element, 'scale', HTMLSelectElement);
  scale.addEventListener('change', () => state.update({ scale: /** @type {typeof state.scale} */ (scale.value) }));

  const share = find(element, 'copy-link', HTMLButtonElement);
  const link = async () => {
    const { ink, picture, pinned, network } = state;
    const shown = { ink, picture, cell: pinned.at(-1) ?? null, network: network.network ?? null };
    const address = shareLink(location.href, shown, network.layers);
    if (!address) return 'Too much ink for a link';
    element.dataset.link = address;
    return (await copy(share, address)) ?? (brought(network.network ?? '') && 'Link copied, without your file');
  };
  press(share, link, 'Link copied');

  const download = bringing(server.download);
  const numbers = async () => {
    const { npz } = granted(await download(sent(state.subject)));
    save(new Blob([bytesOf(npz)]), 'lenet-activations.npz');
  };
  press(find(element, 'download-npz', HTMLButtonElement), numbers, 'Saved');

  const picture = async () => {
    const { photograph } = await import('./photograph.js');
    save(await photograph(state.network.layers), 'lenet.png');
  };
  press(find(element, 'download-png', HTMLButtonElement), picture, 'Saved');
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
