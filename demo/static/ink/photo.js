// A photo: chosen, dropped or pasted, scaled down here, so that no large file travels, and prepared by the server.
import { isShown } from '../core/element.js';
import { granted } from '../core/wire.js';

/** @typedef {import('./history.js').Drawing} Drawing */

const MEANWHILE =
  'You went on drawing while the photo was read, so your drawing stays. Choose the photo again to see it.';

/**
 * A photo may be chosen, dropped on the pad, or pasted while the pad is there to be seen.
 *
 * @template R
 * @param {HTMLInputElement} input
 * @param {string} pad a selector of it and what is around it
 * @param {Drawing} drawing which it takes the place of, and whose status says what went wrong
 * @param {(file: string) => Promise<R>} read has the server read a PNG in base64, throws what is wrong
 * @param {(reply: R, file: string) => void} show what was read
 * @param {(file: string) => void} [missed] is told of a file that was not read, whatever the reason
 */
export function mountPhoto(input, pad, drawing, read, show, missed) {
  /** @param {File | undefined} file */
  const take = async (file) => {
    if (file) await meanwhile(drawing, () => prepared(file), read, show, missed);
  };
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = '';
    take(file);
  });
  const isOnPad = (/** @type {DragEvent} */ { target }) => target instanceof Element && target.closest(pad) !== null;
  document.addEventListener('dragover', (event) => {
    if (isOnPad(event) && event.dataTransfer?.types.includes('Files')) event.preventDefault(); // or it is opened instead
  });
  document.addEventListener('drop', (event) => {
    if (!isOnPad(event) || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener('paste', (event) => {
    const place = document.querySelector(pad);
    if (place && isShown(place) && event.clipboardData?.files.length) take(event.clipboardData.files[0]);
  });
}

/** @type {WeakMap<Drawing, number>} how many photos were read for it */
const turns = new WeakMap();

/**
 * Have something read and shown, unless there was drawn meanwhile; what goes wrong is said.
 *
 * @template R
 * @param {Drawing} drawing
 * @param {() => string | Promise<string>} give the file
 * @param {(file: string) => Promise<R>} read
 * @param {(reply: R, file: string) => void} show
 * @param {(file: string) => void} [missed] is told of a file that was not read, whatever the reason
 */
export async function meanwhile(drawing, give, read, show, missed) {
  const turn = (turns.get(drawing) ?? 0) + 1;
  turns.set(drawing, turn);
  const { ink, picture } = drawing;
  let unread = '';
  const isOther = () =>
    (drawing.ink !== ink || drawing.picture !== picture) && (drawing.ink.length > 0 || drawing.picture !== null);
  try {
    const file = await give();
    const reply = await read(file).catch((error) => {
      unread = file;
      throw error;
    });
    if (turns.get(drawing) !== turn) return; // another was chosen since
    if (isOther()) throw new Error(MEANWHILE);
    show(reply, file);
  } catch (error) {
    if (turns.get(drawing) !== turn) return;
    drawing.update({ status: { kind: 'error', text: error instanceof Error ? error.message : String(error) } });
    if (unread && !isOther()) missed?.(unread);
  }
}

/** @param {File} file */
async function prepared(file) {
  const { scaled } = granted(await import('./scaled.js').catch(() => null));
  return scaled(file);
}
