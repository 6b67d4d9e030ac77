// A photo's file as it is sent.
import { brush } from '../core/palette.js';

const LARGEST = 640; // pixels of the longer side that is sent
const NO_PICTURE = 'This file is no picture that can be read; choose a PNG or JPEG.';
const HEIC =
  'This browser cannot read HEIC photos. Save it as JPEG, or have the camera take "Most compatible" ones from now on.';

/** @param {File} file @returns {Promise<string>} a PNG in base64 */
export async function scaled(file) {
  const photo = await createImageBitmap(file).catch(() => {
    throw new Error(/heic|heif/i.test(file.type + file.name) ? HEIC : NO_PICTURE);
  });
  const scale = Math.min(1, LARGEST / Math.max(photo.width, photo.height));
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: Math.max(1, photo.width * scale), height: Math.max(1, photo.height * scale) });
  brush(canvas).drawImage(photo, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').split(',')[1];
}
