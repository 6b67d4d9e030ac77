// The drawing pad: ink in the shared state, asked about and answered live; examples, photo, what a cell sees.

import { bringing } from '../core/bring.js';
import { short } from '../core/call.js';
import { find, hide, pick } from '../core/element.js';
import { receptiveField } from '../core/geometry.js';
import { readLink } from '../core/link.js';
import { Live } from '../core/live.js';
import { mindDarkening, onTheme } from '../core/palette.js';
import { mountSkip } from '../core/skip.js';
import { state } from '../core/store.js';
import { decode, granted, sent } from '../core/wire.js';
import { draw, history } from '../ink/digit.js';
import { onceAFrame, onSize } from '../ink/drawing.js';
import { kept, mountKeep, mountTabs } from '../ink/keep.js';
import { mountKeys } from '../ink/keys.js';
import { mountPen, statusOf } from '../ink/pen.js';
import { meanwhile, mountPhoto } from '../ink/photo.js';
import { mountExamples } from '../ink/replay.js';
import { mountHint, mountStatus, mountTools } from '../ink/tools.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../ink/history.js').History} History */
/** @typedef {import('../core/wire.js').Reply} Reply */
/** @typedef {import('../core/live.js').Refusal} Refusal */
/** @typedef {import('../ink/sighting.js').Seen} Seen */
/** @typedef {import('../ink/sighting.js').Frame} Frame */

/** @typedef {(request: object) => Promise<Seen | { error: string } | undefined>} ReadPhoto */

const MOST_PHOTOS = 20; // that are shown again on undo

/**
 * @param {HTMLElement} element
 * @param {{ network: import('../core/store.js').Network, examples: import('../ink/replay.js').Example[] }} props
 * @param {{ see: (request: object) => Promise<Reply | Refusal | undefined>,
 *   photo: ReadPhoto }} server
 */
export function mount(element, { network, examples }, server) {
  const canvas = find(element, 'pad', HTMLCanvasElement);
  mindDarkening();
  mountTools(element, history);
  mountHint(element, history);
  mountStatus(find(element, 'status'), state);
  mountPen(canvas, history);
  mountKeys(canvas, history);
  mountExamples(pick(element, '.examples'), examples, history);
  mountPhotos(element, history, server.photo);
  mountMark(pick(element, '.pad-mark'));
  mountSkip();
  document.addEventListener('lenet:explore', (event) => {
    const { ink = [], picture = null } = /** @type {CustomEvent} */ (event).detail;
    history.edit(ink, picture);
    pick(document, '[role=tab]').click(); // the first tab, where this pad is
    canvas.scrollIntoView({ block: 'nearest' });
    canvas.focus({ preventScroll: true });
  });

  // The pad itself is drawn once a frame. Answers are painted as they come: no more are asked for than there are frames.
  const redraw = onceAFrame(() => draw(canvas));
  state.on(['subject'], redraw);
  onSize(canvas, redraw);
  onTheme(() => draw(canvas));

  const { pinned, ...read } = readInto(network.layers);
  history.restore(kept('digit') ?? read);
  state.update({ network, pinned });
  mountKeep('digit', state);
  mountTabs();
  mountLive(server);
}

// A photo instead of ink: what was taken as ink is shown until something else is drawn. A photo that was not read, most
// often because no ink was found, is shown too: a frame may say where the digit is.
/** @param {HTMLElement} element @param {History} history @param {ReadPhoto} photo */
function mountPhotos(element, history, photo) {
  /** @type {Map<string, { file: string, seen: Seen }>} by the picture that was made of it */
  const photos = new Map();
  let missed = '';
  const current = () => (missed ? { file: missed, seen: null } : photos.get(state.picture ?? ''));
  const read = async (/** @type {string} */ file, /** @type {Frame} */ frame = [0, 0, 1, 1]) =>
    granted(await photo({ file, frame }));
  const show = (/** @type {Seen} */ seen, /** @type {string} */ file) => {
    photos.set(seen.picture, { file, seen });
    if (photos.size > MOST_PHOTOS) photos.delete(/** @type {string} */ (photos.keys().next().value));
    history.edit([], seen.picture);
  };
  const look = (/** @type {Frame} */ frame) =>
    meanwhile(
      state,
      () => current()?.file ?? '',
      (file) => read(file, frame),
      show,
    );
  /** @type {ReturnType<typeof import('../ink/sighting.js')['mountSighting']> | undefined} */
  let sighting;
  // Undo and redo bring it back.
  const showSighting = async () => {
    const isNew = current() && !sighting;
    const module = isNew && (await import('../ink/sighting.js').catch(() => null)); // or it comes with the next one
    if (module) sighting ??= module.mountSighting(find(element, 'photo-seen'), look);
    const photo = current();
    if (photo) sighting?.show(photo.file, photo.seen);
    else sighting?.hide();
  };
  const miss = (/** @type {string} */ file) => {
    missed = file;
    showSighting();
  };
  mountPhoto(find(element, 'photo', HTMLInputElement), '.desk-left', state, read, show, miss);
  state.on(['ink', 'picture'], () => {
    missed = '';
    showSighting();
  });
}

// What the page's own address says: the drawing and the opened cell.
/** @param {Layer[]} layers */
function readInto(layers) {
  const { ink, picture, cell } = readLink(location.search, layers);
  return { ink, picture, pinned: cell ? [cell] : [] };
}

/** @param {{ see: (request: object) => Promise<Reply | Refusal | undefined> }} server */
function mountLive(server) {
  const see = bringing(short('see', server.see));
  const live = new Live(
    (request) => see(sent(request)),
    (reply, subject) => {
      const { network } = state;
      if (subject.network !== network.network) return; // another was chosen since
      state.update({ answer: { ...reply, subject, layers: decode(reply, network.layers) } });
      const { sequence, digit } = reply;
      document.dispatchEvent(new CustomEvent('lenet:painted', { detail: { sequence, digit } }));
    },
    (status) => state.update({ status: statusOf(state.ink, status) }),
  );
  let isMounted = false;
  state.on(['other'], async () => {
    if (isMounted) return;
    isMounted = true;
    const { mountOther } = await import('./other.js');
    mountOther(see);
  });
  state.show(['subject', 'pinned', 'preActivation'], () => {
    const cell = state.pinned.at(-1);
    const about = cell ? { cell: [cell.layer, cell.map, cell.row, cell.column] } : {};
    live.ask(state.subject, { ...about, pre_activation: state.preActivation });
  });
}

// The part of the ink that the selected cell sees.
/** @param {HTMLElement} mark */
function mountMark(mark) {
  state.show(['selected', 'answer'], () => {
    const cell = state.selected;
    const [scale, left, top] = state.answer?.placement ?? [0, 0, 0];
    hide(mark, !cell || !scale);
    if (!cell || !scale) return;
    const box =
      cell.layer === 'input'
        ? { left: cell.column, right: cell.column, top: cell.row, bottom: cell.row }
        : receptiveField(state.network.layers, cell).input;
    const percent = (/** @type {number} */ value, /** @type {number} */ offset) =>
      Math.max(0, Math.min(100, (100 * (value - offset)) / scale));
    const [x0, x1] = [percent(box.left, left), percent(box.right + 1, left)];
    const [y0, y1] = [percent(box.top, top), percent(box.bottom + 1, top)];
    Object.assign(mark.style, { left: `${x0}%`, width: `${x1 - x0}%`, top: `${y0}%`, height: `${y1 - y0}%` });
  });
}
