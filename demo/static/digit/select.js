// Choosing a cell: hovering previews, a click or Enter pins, Escape goes back one level.
import { state } from '../core/store.js';

export function pin(cell) {
  state.hover = null;
  state.set('pinned', [...state.pinned, cell]);
  state.set('selection', state.selected);
}

export function unpin() {
  state.hover = null;
  state.set('pinned', state.pinned.slice(0, -1));
  state.set('selection', state.selected);
}

export function preview(cell) {
  const same = JSON.stringify(cell) === JSON.stringify(state.hover);
  if (same) return;
  state.hover = cell;
  state.set('selection', state.selected);
}

// Escape, or a click where nothing is, goes back one level.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !(state.pinned.length || state.hover)) return;
  event.preventDefault();
  if (state.hover) preview(null);
  else unpin();
});
document.addEventListener('click', (event) => {
  if (state.pinned.length && !event.target.closest('.map, .explain, .pad-frame, button, a, input, label, select, canvas, table')) unpin();
});

// Makes a map's element answer pointer, touch and keys. `cellAt(x, y)` takes fractions of its width and height.
export function selectable(element, { layer, map }) {
  const spatial = layer.height * layer.width > 1;
  const [columns, rows] = spatial ? [layer.width, layer.height] : [layer.maps, 1];
  const cell = (column, row) =>
    spatial ? { layer: layer.name, map, row, column } : { layer: layer.name, map: column, row: 0, column: 0 };
  const under = (event) => {
    const box = element.getBoundingClientRect();
    const clamp = (value, size) => Math.max(0, Math.min(size - 1, Math.floor(value * size)));
    return cell(clamp((event.clientX - box.left) / box.width, columns), clamp((event.clientY - box.top) / box.height, rows));
  };
  let at = [Math.floor(columns / 2), Math.floor(rows / 2)]; // where the keys are

  element.addEventListener('pointermove', (event) => event.pointerType !== 'touch' && preview(under(event)));
  element.addEventListener('pointerleave', () => preview(null));
  element.addEventListener('click', (event) => {
    const chosen = under(event);
    at = spatial ? [chosen.column, chosen.row] : [chosen.map, 0];
    pin(chosen);
  });
  element.addEventListener('focus', () => element.matches(':focus-visible') && preview(cell(...at)));
  element.addEventListener('blur', () => preview(null));
  element.addEventListener('keydown', (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (step) {
      at = [Math.max(0, Math.min(columns - 1, at[0] + step[0])), Math.max(0, Math.min(rows - 1, at[1] + step[1]))];
      preview(cell(...at));
    } else if (event.key === 'Enter' || event.key === ' ') pin(cell(...at));
    else return;
    event.preventDefault();
  });
}
