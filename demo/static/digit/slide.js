// Watch the kernel slide: the pinned cell runs over its map, which fills up as it goes.
import { state } from '../core/store.js';
import { layerOf } from '../core/cells.js';

export function mountSlide(element, layers) {
  const find = (id) => element.querySelector(`[data-testid=${id}]`);
  const [play, step, speed] = ['play', 'step', 'speed'].map(find);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let timer = null;
  let index = 0;

  const stop = () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = '▶ Slide';
    if (state.reveal) state.set('reveal', null);
    if (state.hover) {
      state.hover = null;
      state.set('selection', state.selected);
    }
  };

  const advance = () => {
    const cell = state.pinned.at(-1);
    const layer = cell && layerOf(layers, cell);
    if (!layer || index >= layer.height * layer.width) return false;
    state.hover = { ...cell, row: Math.floor(index / layer.width), column: index % layer.width };
    state.set('reveal', { layer: layer.name, map: cell.map, index });
    state.set('selection', state.selected);
    index += 1;
    return true;
  };

  const run = () => {
    if (!advance()) return stop();
    timer = setTimeout(run, 1000 / Number(speed.value));
  };

  play.addEventListener('click', () => {
    if (timer) return stop();
    index = 0;
    play.textContent = '❚❚ Stop';
    run();
  });
  step.addEventListener('click', () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = '▶ Slide';
    if (!advance()) {
      index = 0;
      stop();
    }
  });
  state.on('pinned', (pinned) => {
    stop();
    index = 0;
    const kind = pinned.length && layerOf(layers, pinned.at(-1)).kind;
    const slides = kind === 'convolution' || kind === 'pooling';
    element.querySelector('.slide').hidden = !slides;
    play.hidden = still; // whoever asked for less motion goes step by step
  });
}
