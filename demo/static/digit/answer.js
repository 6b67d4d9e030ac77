// The answer: the digit, a sentence, ten bars.
import { state } from '../core/store.js';
import { percent, say } from '../core/format.js';

const SENTENCES = {
  blank: () => 'Nothing drawn yet. Everything here follows your pen.',
  'no digit': () => 'This does not look like a digit.',
  unsure: ({ candidates: [first, second] }) => `Not sure: ${first} or ${second}.`,
  digit: ({ digit, probabilities }) => `Reads it as ${digit}, with ${percent(probabilities[digit])}.`,
};

export function mount(element) {
  const prediction = element.querySelector('[data-testid=prediction]');
  const verdict = element.querySelector('[data-testid=verdict]');
  const list = element.querySelector('.bars');
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const item = document.createElement('li');
    item.innerHTML = `<span class="bar-digit">${digit}</span><span class="bar"><i></i></span><span class="bar-value">–</span>`;
    list.append(item);
    return { item, fill: item.querySelector('i'), value: item.querySelector('.bar-value') };
  });

  const show = (answer) => {
    const blank = answer.verdict === 'blank';
    say(prediction, String(answer.digit ?? '–'));
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
  };
  state.on('answer', show);
  if (state.answer) show(state.answer);
}
