// The drawing prepared otherwise than MNIST was: a switch for each step, and what is read without it.
import { html, make, pick } from '../../static/core/element.js';
import { percent } from '../../static/core/format.js';
import { state } from '../../static/core/store.js';
import { called, picture } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';

/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {{ mistakes: string[], pictures: Numbers, probabilities: Numbers, read: (number | null)[] }} Reply */

/**
 * @typedef {object} Switch
 * @property {string} called its switch
 * @property {boolean} usual where MNIST has it
 * @property {string} otherwise what it is called where it is not so
 * @property {string} why that misleads a network trained on MNIST
 */
/** @type {Record<string, Switch>} */
const SWITCHES = {
  crop: {
    called: 'crop to the ink',
    usual: true,
    otherwise: 'without crop',
    why: 'in MNIST the paper around a digit was cut off before it was scaled',
  },
  scale: {
    called: 'scale to 20 pixels',
    usual: true,
    otherwise: 'without scaling',
    why: 'in MNIST the longest side of every digit is 20 of the 28 pixels',
  },
  line: {
    called: 'lines 2.5 pixels wide',
    usual: true,
    otherwise: 'without the line width',
    why: 'MNIST’s lines are about 2.5 pixels wide',
  },
  centre: {
    called: 'centre of mass in the middle',
    usual: true,
    otherwise: 'without centring',
    why: 'in MNIST every digit has its centre of mass in the middle',
  },
  inverted: {
    called: 'ink and paper the other way round',
    usual: false,
    otherwise: 'with ink and paper the other way round',
    why: 'in MNIST ink is 1 and paper is 0',
  },
  shrunk: {
    called: 'shrunk from the pad’s own pixels',
    usual: false,
    otherwise: 'shrunk from the pad’s own pixels',
    why: 'in MNIST every digit was cropped, scaled and centred',
  },
};
const STEPS = Object.keys(SWITCHES).filter((name) => SWITCHES[name].usual);

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  /** @type {Record<string, HTMLInputElement>} */
  const boxes = {};
  const change = () => {
    // Of the pad's own pixels no step is taken.
    for (const name of STEPS) boxes[name].disabled = boxes.shrunk.checked;
    again();
  };
  const group = (/** @type {string} */ legend, /** @type {boolean} */ usual) => {
    const fields = make(html`<fieldset><legend>${legend}</legend></fieldset>`);
    for (const [name, each] of Object.entries(SWITCHES)) {
      if (each.usual !== usual) continue;
      const label = make(html`<label><input type="checkbox" data-testid="prepared-${name}"> ${each.called}</label>`);
      boxes[name] = pick(label, 'input', HTMLInputElement);
      boxes[name].checked = typeof initial[name] === 'boolean' ? initial[name] : usual;
      boxes[name].addEventListener('change', change);
      fields.append(label);
    }
    return fields;
  };
  element.append(group('As MNIST was prepared', true), group('Two classic mistakes', false));

  const large = [picture('as switched', 'prepared-switched'), picture('as MNIST', 'prepared-mnist')];
  const small = Object.keys(SWITCHES).map((name) => picture(SWITCHES[name].otherwise, `prepared-without-${name}`));
  const looks = make(html`<div><div class="lab-row large"></div><div class="lab-row small"></div></div>`);
  pick(looks, '.large').append(...large.map(({ element }) => element));
  pick(looks, '.small').append(...small.map(({ element }) => element));
  element.append(looks);
  state.show(['picture'], () => {
    looks.hidden = state.picture !== null;
  });
  change();

  return {
    settings: () => Object.fromEntries(Object.entries(boxes).map(([name, { checked }]) => [name, checked])),
    show(/** @type {Reply} */ reply) {
      const [switched, mnist, ...alone] = readings(reply);
      const shown = [
        { name: 'as switched', ...switched },
        { name: 'as MNIST', ...mnist },
        ...reply.mistakes.map((name, i) => ({ name: SWITCHES[name].otherwise, ...alone[i] })),
      ];
      [...large, ...small].forEach((place, i) => {
        const { name, answer, words, pixels } = shown[i];
        const isOther = answer !== mnist.answer;
        place.element.classList.toggle('other', isOther);
        place.paint(pixels, reply.pictures.shape[2], { ink: true });
        place.call(`${name}: ${words}${isOther ? `, not ${mnist.answer}` : ''}`);
      });
      const wrong = reply.mistakes.filter((_, i) => alone[i].answer !== mnist.answer);
      const off = Object.keys(SWITCHES).filter((name) => boxes[name].checked !== SWITCHES[name].usual);
      return off.length ? otherwise(off, switched, mnist) : asMnist(mnist, wrong);
    },
  };
}

/** @typedef {{ answer: string, words: string, share: string, pixels: Float32Array }} Reading */

/** @param {Reply} reply @returns {Reading[]} */
function readings({ pictures, probabilities, read }) {
  const [pixels, shares] = [rows(pictures), rows(probabilities)];
  return read.map((output, i) => {
    if (output === null) return { answer: 'no digit', words: 'no digit', share: '', pixels: pixels[i] };
    const share = percent(shares[i][output]);
    return { answer: called(output), words: `${called(output)}, with ${share}`, share, pixels: pixels[i] };
  });
}

/** @param {Reading} mnist @param {string[]} wrong mistakes that alone change the answer */
function asMnist({ words }, wrong) {
  const each = wrong.map((name) => SWITCHES[name].otherwise);
  const rest = each.length
    ? `It is read differently ${listed(each, 'or')}.`
    : 'No single one of the mistakes below changes that.';
  return `Prepared as MNIST was, it is read as ${words}. ${rest}`;
}

/** @param {string[]} off @param {Reading} switched @param {Reading} mnist */
function otherwise(off, switched, mnist) {
  const counted = off.includes('shrunk') ? off.filter((name) => !SWITCHES[name].usual) : off;
  const said = listed(
    counted.map((name) => SWITCHES[name].otherwise),
    'and',
  );
  const so = `${said[0].toUpperCase()}${said.slice(1)}`;
  if (switched.answer === mnist.answer) {
    const before = mnist.share && mnist.share !== switched.share ? ` instead of ${mnist.share}` : '';
    return `${so} it is still read as ${switched.words}${before}.`;
  }
  const why = counted.length === 1 ? `: ${SWITCHES[counted[0]].why}` : '';
  return `${so} it is read as ${switched.words}${why}. Prepared as MNIST was, it is read as ${mnist.words}.`;
}

/** @param {string[]} words @param {string} last before the last of them */
const listed = (words, last) =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}` : words[0];
