// What a screen reader says on its own: one sentence when the pen rests or lifts, not one for every answer.
import { say } from './element.js';

/** @typedef {import('./store.js').Store<any>} Drawing */

const REST = 700; // ms without a change

/**
 * @param {HTMLElement} region a polite one, which is heard and not seen
 * @param {Drawing} drawing
 * @param {(answer: any) => string} sentence
 */
export function mountVoice(region, drawing, sentence) {
  let timer = 0;
  let changed = -Infinity; // when the ink last was
  let loose = false; // whether it was changed at one go, after a rest, or the pen has lifted since
  const speak = () => {
    clearTimeout(timer);
    if (drawing.answer?.subject === drawing.subject) say(region, sentence(drawing.answer));
  };
  drawing.on(['subject'], () => {
    loose = !drawing.penDown && performance.now() - changed > REST;
    changed = performance.now();
  });
  drawing.on(['penDown'], () => {
    loose = !drawing.penDown;
    if (loose) speak();
  });
  drawing.on(['answer'], () => {
    clearTimeout(timer);
    if (loose) speak();
    else timer = setTimeout(speak, Math.max(0, changed + REST - performance.now()));
  });
}
