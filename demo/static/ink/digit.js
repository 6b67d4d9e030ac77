// The one drawing that the first tab and the experiments share: its history, so that either can go on with it, and how
// either pad shows it.
import { brush, inkPalette, paint } from '../core/palette.js';
import { state } from '../core/store.js';
import { pixelsOf } from '../core/wire.js';
import { drawInk } from './drawing.js';
import { History } from './history.js';

const PEN = 0.05; // width of the line shown, in pad heights
const SIDE = 28; // pixels of a picture

export const history = new History(state);

/** @param {HTMLCanvasElement} canvas */
export function draw(canvas) {
  drawInk(canvas, state.ink, PEN);
  if (state.picture === null) return;
  const small = document.createElement('canvas');
  paint(small, pixelsOf(state.picture), SIDE, SIDE, 255, inkPalette());
  const context = brush(canvas);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}
