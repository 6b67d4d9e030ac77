// What a change did to the answer: of each output its logit's change, a bar around zero, and its probability before and
// after.
import { html, make, pick, say } from '../core/element.js';
import { number, percent } from '../core/format.js';
import { state } from '../core/store.js';
import { called, surest } from './kit.js';

const LEAST = 0.05; // change of a logit that a whole bar stands for, so that what hardly changes looks like that

/** @typedef {{ change: number[], probabilities: number[][] }} Changed probabilities: before, after */

/** @param {string} id */
export function changes(id) {
  const element = make(html`
    <figure class="lab-changes" data-testid="${id}">
      <figcaption></figcaption><ul></ul>
    </figure>`);
  const list = pick(element, 'ul');
  return {
    element,
    /** @param {Changed} changed */
    show({ change, probabilities: [before, after] }) {
      const what = state.network.output === 'distances' ? 'score (minus the squared distance)' : 'logit';
      say(pick(element, 'figcaption'), `change of each ${what}; probability before → now`);
      const most = Math.max(LEAST, ...change.map(Math.abs));
      const best = surest(after);
      const longest = Math.max(...change.map((_, output) => called(output).length));
      list.style.setProperty('--name', `${0.65 * Math.min(10, longest)}em`);
      list.replaceChildren(
        ...change.map((by, output) => {
          const share = (50 * Math.abs(by)) / most;
          return make(html`
            <li class="${output === best && 'best'}"><b>${called(output)}</b>
              <span class="lab-change"><i class="${by < 0 ? 'down' : 'up'}" style="width:${share}%"></i></span>
              <span>${signed(by)}</span>
              <span>${percent(before[output])} → ${percent(after[output])}</span></li>`);
        }),
      );
    },
  };
}

// The sign is said, as it is what the bar shows.
/** @param {number} value */
export const signed = (value) => (value > 0 ? `+${number(value)}` : number(value)).replace(/^\+0\.00$/, '0.00');

/**
 * The output whose logit changed most.
 *
 * @param {number[]} change
 */
export const mostChanged = (change) => surest(change.map(Math.abs));
