// What surrounds the wide pad: its history, the sliding window, a photo, how things are, examples.
import { find, pick } from '../core/element.js';
import { granted } from '../core/wire.js';
import { mountPhoto } from '../ink/photo.js';
import { mountExamples } from '../ink/replay.js';
import { mountStatus, mountTools } from '../ink/tools.js';
import { history, line } from './line.js';

/** @typedef {import('../ink/replay.js').Example} Example */
/** @typedef {(request: object) => Promise<{ strip: string } | { error: string } | undefined>} ScanPhoto */

/**
 * @param {HTMLElement} element
 * @param {{ examples: Example[], exampleWidth: number }} props exampleWidth: of the examples' pad, in pad heights
 * @param {{ scan_photo: ScanPhoto }} server
 */
export function mount(element, { examples, exampleWidth }, server) {
  mountTools(element, history, 'line-');
  mountStatus(find(element, 'line-status'), line);
  const slide = find(element, 'line-slide');
  const start = async () => {
    const { mountSlide } = await import('./slide.js');
    mountSlide(slide);
    slide.click();
  };
  slide.addEventListener('click', start, { once: true });
  const readPhoto = async (/** @type {string} */ file) => granted(await server.scan_photo({ file })).strip;
  mountPhoto(find(element, 'line-photo', HTMLInputElement), '.line-desk', line, readPhoto, (strip) =>
    history.edit([], strip),
  );
  mountExamples(pick(element, '.examples'), examples, history, {
    view: [0, 0.25, exampleWidth, 0.6],
    fit: (strokes) => {
      const { width, height } = line.size;
      const shift = (width / height - exampleWidth) / 2;
      return strokes.map((stroke) => stroke.map(([x, y]) => [x + shift, y]));
    },
  });
}
