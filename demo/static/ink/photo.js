// A photo: scaled down here, so that no large file travels, and prepared by the server.
import { brush } from '../core/palette.js';

/** @typedef {import('./history.js').Drawing} Drawing */

const LARGEST = 640; // pixels of the longer side that is sent
const MEANWHILE =
  'You went on drawing while the photo was read, so your drawing stays. Choose the photo again to see it.';

/**
 * @param {HTMLInputElement} input
 * @param {Drawing} drawing which it takes the place of, and whose status says what went wrong
 * @param {(file: string) => Promise<string>} read has the server read a PNG in base64, throws what is wrong
 * @param {(picture: string) => void} show what was read
 */
export function mountPhoto(input, drawing, read, show) {
  input.addEventListener('change', async () => {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    try {
      const { ink } = drawing;
      const picture = await read(await scaled(file));
      if (drawing.ink !== ink && drawing.ink.length) throw new Error(MEANWHILE);
      show(picture);
    } catch (error) {
      drawing.update({ status: { kind: 'error', text: error instanceof Error ? error.message : String(error) } });
    }
  });
}

/** @param {File} file a PNG in base64 */
async function scaled(file) {
  const photo = await createImageBitmap(file).catch(() => {
    throw new Error('This file is no picture that can be read; choose a PNG or JPEG.');
  });
  const scale = Math.min(1, LARGEST / Math.max(photo.width, photo.height));
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: Math.max(1, photo.width * scale), height: Math.max(1, photo.height * scale) });
  brush(canvas).drawImage(photo, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').split(',')[1];
}
