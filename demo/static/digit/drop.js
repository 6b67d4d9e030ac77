// A file of weights may be dropped anywhere, and nothing else makes the browser leave the page.
import { isShown, pick } from '../core/element.js';

const WEIGHTS = /\.(pt|pth|ckpt|bin|safetensors|npz|pkl|h5|keras|onnx|json)$/i; // what is no picture, in any case

/**
 * @param {HTMLElement} element where it is said how it went
 * @param {(files: File[]) => void} take
 * @param {(name: string) => void} refuse
 */
export function mountDrop(element, take, refuse) {
  const filesOf = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.files ?? [])];
  document.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  document.addEventListener(
    'drop',
    (event) => {
      const files = filesOf(event);
      if (!files.some((file) => WEIGHTS.test(file.name))) return; // the pads take pictures
      event.preventDefault();
      event.stopPropagation();
      if (!isShown(element)) pick(document, '[role=tab]').click();
      take(files);
    },
    { capture: true },
  );
  document.addEventListener('drop', (event) => {
    const [file] = filesOf(event);
    if (!file || event.defaultPrevented) return;
    event.preventDefault();
    refuse(file.name);
  });
}
