// What is read, how surely, and who reads.
import { find, say } from '../core/element.js';
import { percent } from '../core/format.js';
import { mountVoice } from '../core/voice.js';
import { line } from './line.js';

/** @param {HTMLElement} element */
export function mount(element) {
  const method = find(element, 'method', HTMLSelectElement);
  method.addEventListener('change', () => line.update({ method: method.value }));
  mountVoice(find(element, 'line-voice'), line, spoken);
  line.show(['answer'], () => {
    if (!line.answer) return;
    say(find(element, 'line-prediction'), line.answer.text || '–');
    say(find(element, 'line-verdict'), verdict(line.answer));
  });
}

/** @param {import('./line.js').Reply} reply */
const spoken = (reply) => (reply.text ? `Reads ${reply.text.split('').join(' ')}: ${verdict(reply)}` : verdict(reply));

/** @param {import('./line.js').Reply} reply */
function verdict({ detections, blank }) {
  if (blank) return 'Nothing written yet.';
  if (!detections.length) return 'No digit found.';
  const least = Math.min(...detections.map(({ confidence }) => confidence));
  return `${detections.length} ${detections.length > 1 ? 'digits' : 'digit'}, the least sure ${percent(least)}.`;
}
