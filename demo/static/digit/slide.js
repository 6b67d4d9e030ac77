// Watch the kernel slide: the pinned cell runs over its map, which fills up as it goes.
import { layerOf, unit } from '../core/cells.js';
import { find, hide, pick } from '../core/element.js';
import { state } from '../core/store.js';

/** @param {HTMLElement} element */
export function mountSlide(element) {
  const play = find(element, 'play');
  const speed = find(element, 'speed', HTMLInputElement);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let timer = 0; // 0: it does not run by itself
  let index = 0;

  const halt = () => {
    clearTimeout(timer);
    timer = 0;
    play.textContent = '▶ Slide';
  };
  const stop = () => {
    halt();
    index = 0;
    if (state.reveal) state.update({ reveal: null, hover: null });
  };

  // One place on; false at the end.
  const advance = () => {
    const cell = state.pinned.at(-1);
    const layer = cell && layerOf(state.network.layers, cell);
    if (!layer || index >= layer.height * layer.width) return false;
    const { row, column } = unit(layer, index);
    state.update({ hover: { ...cell, row, column }, reveal: { layer: layer.name, map: cell.map, index } });
    index += 1;
    return true;
  };

  const run = () => {
    if (advance()) timer = setTimeout(run, 1000 / Number(speed.value));
    else stop();
  };

  play.addEventListener('click', () => {
    if (timer) {
      stop();
      return;
    }
    index = 0;
    play.textContent = '❚❚ Stop';
    run();
  });
  find(element, 'step').addEventListener('click', () => {
    halt();
    if (!advance()) stop();
  });
  state.show(['pinned'], () => {
    stop();
    const cell = state.pinned.at(-1);
    const kind = cell && layerOf(state.network.layers, cell).kind;
    hide(pick(element, '.slide'), kind !== 'convolution' && kind !== 'pooling');
  });
  hide(play, still); // whoever asked for less motion goes step by step
}
