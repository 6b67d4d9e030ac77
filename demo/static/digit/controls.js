// How the layers are shown, and what one can take along: a link, the activations, a picture.
import { copy, find, press } from '../core/element.js';
import { shareLink } from '../core/link.js';
import { state } from '../core/store.js';
import { bytesOf, granted, sent } from '../core/wire.js';
import { photograph } from './photograph.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {(request: object) => Promise<{ npz: string } | { error: string } | undefined>} Download */

/** @param {HTMLElement} element @param {{ layers: Layer[] }} props @param {{ download: Download }} server */
export function mount(element, { layers }, server) {
  const before = find(element, 'pre-activation', HTMLInputElement);
  before.addEventListener('change', () => state.update({ preActivation: before.checked }));
  const scale = find(element, 'scale', HTMLSelectElement);
  scale.addEventListener('change', () => state.update({ scale: /** @type {typeof state.scale} */ (scale.value) }));

  const share = find(element, 'copy-link', HTMLButtonElement);
  const link = async () => {
    const { ink, picture, pinned } = state;
    const address = shareLink(location.href, { ink, picture, cell: pinned.at(-1) ?? null }, layers);
    if (!address) return 'Too much ink for a link';
    element.dataset.link = address;
    return copy(share, address);
  };
  press(share, link, 'Link copied');

  const numbers = async () => {
    const { npz } = granted(await server.download(sent(state.subject)));
    save(new Blob([bytesOf(npz)]), 'lenet-activations.npz');
  };
  press(find(element, 'download-npz', HTMLButtonElement), numbers, 'Saved');

  const picture = async () => save(await photograph(layers), 'lenet.png');
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
