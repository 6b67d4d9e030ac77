// A photo: scaled down here, so that no large file travels, and prepared by the server.
import { brush } from '../core/palette.js';

/** @typedef {import('./history.js').Drawing} Drawing */

const LARGEST = 640; // pixels of the longer side that is sent

/**
 * @param {HTMLInputElement} input
 * @param {Drawing} drawing whose status says what went wrong
 * @param {(file: string) => Promise<void>} read has the server read a PNG in base64, shows it, throws what is wrong
 */
export function mountPhoto(input, drawing, read) {
  input.addEventListener('change', async () => {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    try {
      await read(await scaled(file));
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
