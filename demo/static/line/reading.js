// What is read, how surely, and who reads.
import { find, html, make, say } from '../core/element.js';
import { percent } from '../core/format.js';
import { state } from '../core/store.js';
import { mountVoice } from '../core/voice.js';
import { line } from './line.js';

const CHOSEN = 'chosen';

/** @param {HTMLElement} element */
export function mount(element) {
  const method = find(element, 'method', HTMLSelectElement);
  mountMethod(method);
  mountVoice(find(element, 'line-voice'), line, spoken);
  line.show(['answer'], () => {
    if (!line.answer) return;
    const prediction = find(element, 'line-prediction');
    prediction.classList.toggle('names', !areLetters(line.answer));
    say(prediction, textOf(line.answer) || '–');
    say(find(element, 'line-verdict'), verdict(line.answer));
  });
}

// Who reads; the network of the first tab too, where it is not the bundled one.
/** @param {HTMLSelectElement} method */
function mountMethod(method) {
  const choose = () =>
    line.update({
      method: method.value,
      network: (method.value === CHOSEN && state.network.network) || null,
    });
  method.addEventListener('change', choose);
  state.show(['network'], () => {
    const { network, name } = state.network;
    const option = [...method.options].find(({ value }) => value === CHOSEN);
    if (!network)
      option?.remove(); // if it was chosen, the first one is now
    else if (option) say(option, `${name}, swept`);
    else method.append(make(html`<option value="${CHOSEN}">${name}, swept</option>`));
    choose();
  });
}

/** @typedef {import('./line.js').Answer} Answer */

/** @param {Answer} answer */
const namesIn = ({ detections, names }) => detections.map(({ digit }) => names[digit]);

/** @param {Answer} answer */
const areLetters = ({ names }) => names.every(({ length }) => length === 1);

/** @param {Answer} answer */
const textOf = (answer) => namesIn(answer).join(areLetters(answer) ? '' : ', ');

/** @param {Answer} answer */
const spoken = (answer) => (answer.text ? `Reads ${namesIn(answer).join(' ')}: ${verdict(answer)}` : verdict(answer));

/** @param {import('./line.js').Reply} reply */
function verdict({ detections, blank }) {
  if (blank) return 'Nothing written yet.';
  if (!detections.length) return 'No digit found.';
  const least = Math.min(...detections.map(({ confidence }) => confidence));
  return `${detections.length} ${detections.length > 1 ? 'digits' : 'digit'}, the least sure ${percent(least)}.`;
}
