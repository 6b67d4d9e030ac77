// All layers as one picture, each map four times its size, with names.
import { pick } from '../core/element.js';
import { brush } from '../core/palette.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */

const ZOOM = 4;
const WIDTH = 980;
const STRIP = 16; // height of a layer that is one strip

/** @param {Layer[]} layers @returns {Promise<Blob>} a PNG */
export function photograph(layers) {
  const rows = layers.map(({ name }) => {
    /** @type {NodeListOf<HTMLCanvasElement>} */
    const maps = document.querySelectorAll(`.layer-${name} > .maps canvas`);
    return { name, maps, height: 34 + Math.max(STRIP, maps[0].height * ZOOM) + 8 };
  });
  const page = document.createElement('canvas');
  Object.assign(page, { width: WIDTH, height: rows.reduce((sum, { height }) => sum + height, 10) });
  const context = brush(page);
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, page.width, page.height);
  context.imageSmoothingEnabled = false;
  context.font = '16px sans-serif';
  context.fillStyle = getComputedStyle(pick(document, '.layer h2')).color;
  let y = 10;
  for (const { name, maps, height } of rows) {
    context.fillText(name, 10, y + 18);
    maps.forEach((canvas, i) => {
      const [w, h] = canvas.height === 1 ? [WIDTH - 20, STRIP] : [canvas.width * ZOOM, canvas.height * ZOOM];
      context.drawImage(canvas, 10 + i * (w + 6), y + 28, w, h);
    });
    y += height;
  }
  return new Promise((resolve, reject) => {
    page.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}
