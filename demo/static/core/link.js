// A drawing and a selection as an address, and back. Nothing is kept on the server.
import { state } from './store.js';
import { address, layerOf, parse } from './cells.js';

// Strokes in whole thousandths of the pad's height: "x.y_x.y~x.y".
export function shareLink(layers) {
  const url = new URL(location.href.split(/[?#]/)[0]);
  const text = (stroke) => stroke.map((point) => point.map((value) => Math.round(value * 1000)).join('.')).join('_');
  if (state.picture) url.searchParams.set('picture', state.picture);
  else if (state.ink.length) url.searchParams.set('ink', state.ink.map(text).join('~'));
  const cell = state.pinned.at(-1);
  if (cell) url.searchParams.set('cell', address(layerOf(layers, cell), cell));
  return url.href;
}

// What the page's own address says: { ink, picture, cell }; what makes no sense is left out.
export function readLink(layers) {
  const query = new URLSearchParams(location.search);
  const picture = query.get('picture') ?? '';
  const cell = query.has('cell') ? parse(layers, query.get('cell')) : null;
  return { ink: strokes(query.get('ink')), picture: /^[0-9a-f]{1568}$/.test(picture) ? picture : null, cell };
}

function strokes(text) {
  if (!text) return [];
  const ink = text.split('~').map((stroke) => stroke.split('_').map((point) => point.split('.').map((value) => Number(value || NaN) / 1000)));
  const sound = (point) => point.length === 2 && point.every((value) => Math.abs(value) < 10);
  return ink.every((stroke) => stroke.every(sound)) ? ink : [];
}
