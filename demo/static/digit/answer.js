// The answer: the digit, a sentence, ten bars.
import { labelOf } from '../core/cells.js';
import { find, html, make, pick, say } from '../core/element.js';
import { percent } from '../core/format.js';
import { state } from '../core/store.js';
import { mountVoice } from '../core/voice.js';

/** @typedef {import('../core/store.js').Answer} Answer */

/** @type {Record<Answer['verdict'], (answer: Answer) => string>} */
const SENTENCES = {
  blank: () => 'Nothing drawn yet. Everything here follows your pen.',
  'no digit': () => 'This does not look like a digit.',
  unsure: ({ candidates: [first, second] }) => `Not sure: ${label(first)} or ${label(second)}.`,
  digit: ({ digit, probabilities }) => `Reads it as ${label(digit ?? 0)}, with ${percent(probabilities[digit ?? 0])}.`,
};

/** @param {number} unit */
const label = (unit) => labelOf(state.network.layers.at(-1), unit);

/** @param {HTMLElement} element */
export function mount(element) {
  const prediction = find(element, 'prediction');
  const verdict = pick(element, '.verdict');
  mountVoice(find(element, 'verdict'), state, (/** @type {Answer} */ answer) => SENTENCES[answer.verdict](answer));
  /** @type {{ item: HTMLElement, fill: HTMLElement, value: HTMLElement }[]} */
  let bars = [];
  state.show(['network'], () => {
    const { maps, labels } = state.network.layers.at(-1) ?? { maps: 10 };
    const shown = JSON.stringify([maps, labels]);
    if (element.dataset.bars === shown) return;
    element.dataset.bars = shown;
    pick(element, '.answer').classList.toggle('labelled', Boolean(labels));
    bars = Array.from({ length: maps }, (_, digit) => {
      const item = make(html`
        <li><span class="bar-digit">${label(digit)}</span><span class="bar"><i></i></span><span class="bar-value">–</span></li>`);
      return { item, fill: pick(item, 'i'), value: pick(item, '.bar-value') };
    });
    pick(element, '.bars').replaceChildren(...bars.map(({ item }) => item));
  });

  state.show(['answer'], () => {
    const { answer } = state;
    if (!answer) return;
    const blank = answer.verdict === 'blank';
    say(prediction, answer.digit === null ? '–' : label(answer.digit));
    element.dataset.verdict = answer.verdict;
    say(verdict, SENTENCES[answer.verdict](answer));
    bars.forEach(({ item, fill, value }, digit) => {
      const probability = answer.probabilities[digit];
      // No finer than the eye sees, so that most bars stay as they are.
      const length = `scaleX(${blank ? 0 : Math.round(1000 * probability) / 1000})`;
      if (fill.style.transform !== length) fill.style.transform = length;
      say(value, blank ? '–' : percent(probability));
      item.classList.toggle('best', digit === answer.digit);
    });
  });
}
