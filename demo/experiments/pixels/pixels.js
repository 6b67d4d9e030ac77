// Edit pixels: the picture that the network reads, to be changed pixel by pixel, and few pixels that turn the answer.
import { hide, html, make, pick, say } from '../../static/core/element.js';
import { number, percent } from '../../static/core/format.js';
import { state } from '../../static/core/store.js';
import { pixelsOf } from '../../static/core/wire.js';
import { history } from '../../static/ink/digit.js';
import { curves } from '../../static/lab/curves.js';
import { mountGrid, rowColumn, SIDE, spot } from '../../static/lab/grid.js';
import { called, oneOf, picture, reads, softmax, surest } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';
import { outputMenu } from '../../static/lab/outputs.js';

/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {import('../../static/core/store.js').Subject} Subject */
/**
 * @typedef {object} Found
 * @property {number} target
 * @property {[row: number, column: number, value: number][]} pixels in the order of their change
 * @property {boolean} reached
 * @property {number} most
 * @property {Numbers} logits at first and after each
 * @property {string} picture
 * @property {boolean} is_digit
 */
/** @typedef {{ picture: string, logits: Numbers, before: Numbers | null, is_digit: boolean, found: Found | null }} Reply */

const FULL = 255;
/** @type {Record<string, { name: string, value: number }>} */
const TOOLS = {
  pencil: { name: '✎ Pencil', value: FULL },
  grey: { name: '▒ Grey', value: 128 },
  rubber: { name: '▢ Rubber', value: 0 },
};
const SPOKEN =
  'The picture that the network reads, 28 by 28 pixels. The arrows move over it; space or the enter key changes a pixel.';
const ROWS = 5; // answers whose change is told
const HEX = /^[0-9a-f]{1568}$/;

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again, speak }) {
  let tool = oneOf(initial.tool, TOOLS);
  /** @type {Map<string, string>} of each picture that was made here, the drawing that it was made of */
  const origins = new Map();
  if (state.picture !== null && typeof initial.before === 'string' && HEX.test(initial.before))
    origins.set(state.picture, initial.before);
  /** @type {{ subject: Subject, picture: string } | null} the newest answer */
  let answered = null;
  /** @type {{ ink: unknown, picture: string | null } | null} the drawing on which pixels are searched */
  let searched = initial.search === true ? drawing() : null;
  /** @type {Found | null} */
  let found = null;
  /** @type {number | null} the version of the drawing that a stroke over pixels belongs to */
  let stroke = null;

  const board = picture('the picture that the network reads', 'pixels-board');
  board.element.classList.add('board');
  const told = make(html`<p class="told"></p>`);
  const point = (/** @type {number | null} */ place) => {
    mark(place);
    const text = place === null ? ' ' : spoken(place);
    say(told, text);
    if (place !== null && element.contains(document.activeElement)) speak(text);
  };
  const mark = mountGrid(board, {
    point,
    press: (place, isFirst) => {
      if (isFirst) stroke = null;
      put(place);
      point(place);
    },
  });

  board.canvas.setAttribute('aria-label', SPOKEN);

  // The picture of the drawing, if it is known: ink becomes one at the server.
  const current = () => {
    if (state.picture !== null) return state.picture;
    if (!state.ink.length) return '00'.repeat(SIDE * SIDE);
    return answered?.subject === state.subject ? answered.picture : null;
  };
  /** @param {number} place */
  function put(place) {
    const [old, { value }] = [current(), TOOLS[tool]];
    if (old === null || pixelsOf(old)[place] === value) return;
    const made = old.slice(0, 2 * place) + hex(value) + old.slice(2 * place + 2);
    const origin = origins.get(old) ?? old;
    if (stroke === history.edits) {
      origins.delete(old); // no version of the drawing is it any more
      origins.set(made, origin);
      state.update({ picture: made });
    } else become(made, origin);
    stroke = history.edits;
  }
  const become = (/** @type {string} */ made, /** @type {string} */ origin) => {
    origins.set(made, origin);
    history.edit([], made);
  };
  /** @param {number} place */
  function spoken(place) {
    const known = current();
    const [row, column] = rowColumn(place);
    return `Row ${row}, column ${column}${known === null ? '' : `: ${number(pixelsOf(known)[place] / FULL)} of full ink`}.`;
  }
  const before = () => (state.picture === null ? null : (origins.get(state.picture) ?? null));

  const tools = make(html`<div class="lab-row" role="group" aria-label="What pressing a pixel does"></div>`);
  for (const [name, { name: title }] of Object.entries(TOOLS)) {
    const button = make(html`
      <button type="button" class="lab-button" data-testid="pixels-${name}" aria-pressed="${String(name === tool)}">${title}</button>`);
    button.addEventListener('click', () => {
      tool = name;
      for (const each of tools.querySelectorAll('[aria-pressed]'))
        each.setAttribute('aria-pressed', String(each === button));
    });
    tools.append(button);
  }
  const undo = make(
    html`<button type="button" class="lab-button" data-testid="pixels-undo">↶ Undo</button>`,
    HTMLButtonElement,
  );
  undo.addEventListener('click', () => history.undo());
  tools.append(undo);

  const changes = make(html`
    <table class="changes" data-testid="pixels-changes"><thead><tr><th scope="col">answer</th><th scope="col">before</th><th scope="col">now</th><td></td></tr></thead><tbody></tbody></table>`);
  const search = () => {
    searched = drawing();
    again();
  };
  const targets = outputMenu(
    { name: 'Turn the answer into', id: 'pixels-target', otherwise: 'the second likeliest', initial: initial.target },
    search,
  );
  const find = make(html`<button type="button" class="lab-button" data-testid="pixels-find">Find the pixels</button>`);
  find.addEventListener('click', search);
  const take = make(html`<button type="button" class="lab-button" data-testid="pixels-take">Take them over</button>`);
  take.addEventListener('click', () => {
    const old = current();
    if (found && old !== null) become(found.picture, origins.get(old) ?? old);
  });
  const way = curves('pixels-curves', 'probability of each answer, from no pixel changed to all of them');
  const legend = make(html`<p class="legend-marks">On the picture: <b>+</b> is inked, <b>−</b> is wiped.</p>`);

  const parts = make(html`<div class="editing"><div class="left"></div><div class="right"></div></div>`);
  pick(parts, '.left').append(tools, board.element, told);
  const searching = make(html`<div class="lab-row"></div>`);
  searching.append(targets.element, find, take);
  const heading = make(html`<h3>The fewest pixels found that turn the answer</h3>`);
  pick(parts, '.right').append(changes, heading, searching, legend, way.element);
  element.append(parts);

  const repaint = () => {
    const known = current();
    if (known !== null)
      board.paint(
        Float32Array.from(pixelsOf(known), (each) => each / FULL),
        SIDE,
        { ink: true },
      );
    undo.disabled = !history.past.length;
    if (!isSame(searched)) showFound(null);
  };
  const showFound = (/** @type {Found | null} */ newest) => {
    found = newest;
    for (const each of board.frame.querySelectorAll('.change')) each.remove();
    const pixels = found?.pixels ?? [];
    board.frame.append(...pixels.map(([row, column, value]) => changed(row * SIDE + column, value > 0)));
    for (const each of [take, legend, way.element]) hide(each, !pixels.length);
    if (found && pixels.length) way.show(likely(found.logits), 1);
  };
  state.show(['subject'], repaint);

  return {
    settings() {
      return { tool, before: before(), search: isSame(searched), target: targets.output() };
    },
    show({ picture, logits, before: old, is_digit, found: newest }, subject) {
      answered = { subject, picture };
      showFound(subject === state.subject && isSame(searched) ? newest : null);
      repaint();
      const [earlier, now] = [softmax((old ?? logits).numbers), softmax(logits.numbers)];
      tell(pick(changes, 'tbody'), earlier, now);
      const origin = before();
      const many = origin === null ? 0 : apart(origin, picture);
      const said = edited(many, earlier, now, is_digit);
      return found ? `${said} ${turned(found, surest(now))}` : said;
    },
  };
}

const drawing = () => ({ ink: state.ink, picture: state.picture });

/** @param {{ ink: unknown, picture: string | null } | null} other */
const isSame = (other) => other !== null && other.ink === state.ink && other.picture === state.picture;

/** @param {Numbers} logits @returns {Numbers} their softmax, row by row */
const likely = (logits) => ({ ...logits, numbers: Float32Array.from(rows(logits).flatMap(softmax)) });

/** @param {number} value */
const hex = (value) => value.toString(16).padStart(2, '0');

/** @param {string} a @param {string} b two pictures @returns in how many pixels they differ */
function apart(a, b) {
  const [one, other] = [pixelsOf(a), pixelsOf(b)];
  return one.filter((value, place) => value !== other[place]).length;
}

/** @param {number} place @param {boolean} isInked */
const changed = (place, isInked) =>
  make(
    html`<i class="change ${isInked ? 'inked' : 'wiped'}" style="${spot(place)}" aria-hidden="true">${isInked ? '+' : '−'}</i>`,
  );

/** @param {number} many */
const pixels = (many) => `${many} ${many === 1 ? 'pixel' : 'pixels'}`;

/** @param {number} many @param {number[]} before @param {number[]} now @param {boolean} isDigit */
function edited(many, before, now, isDigit) {
  const said = `read as ${reads(now)}${isDigit ? '' : ', but called no digit'}`;
  if (!many) return `${said[0].toUpperCase()}${said.slice(1)}. Press pixels of the picture to change them.`;
  return `${pixels(many)} changed: ${said}; before, as ${reads(before)}.`;
}

/** @param {Found} found @param {number} answer */
function turned({ target, pixels: order, reached, most, is_digit }, answer) {
  if (target === answer) return `The answer is ${called(target)} already; choose another to be found.`;
  if (!order.length) return `None of the pixels tried brings it nearer to ${called(target)}.`;
  const inked = order.filter(([, , value]) => value > 0).length;
  const which = `${inked} inked, ${order.length - inked} wiped`;
  if (!reached && order.length < most)
    return `After ${pixels(order.length)} (${which}) none of the others tried brings it nearer to ${called(target)}; another choice might.`;
  if (!reached) return `${pixels(order.length)} (${which}) do not make it ${called(target)}; another choice might.`;
  const makes = order.length === 1 ? 'makes' : 'make';
  const fewer = order.length === 1 ? '' : '; found greedily: fewer may do';
  const warned = is_digit ? '' : ' Then the network calls it no digit, though.';
  return `${pixels(order.length)} ${makes} it ${called(target)} (${which}${fewer}).${warned}`;
}

/** @param {HTMLElement} body @param {number[]} before @param {number[]} now */
function tell(body, before, now) {
  const order = now.map((_, output) => output);
  const most = (/** @type {number} */ output) => Math.max(before[output], now[output]);
  order.sort((a, b) => most(b) - most(a));
  const lines = order.slice(0, ROWS).map(
    (output) => html`
      <tr><th scope="row">${called(output)}</th><td>${percent(before[output])}</td><td>${percent(now[output])}</td>
        <td class="bars" aria-hidden="true"><i style="width:${100 * before[output]}%"></i><i style="width:${100 * now[output]}%"></i></td></tr>`,
  );
  body.innerHTML = html`${lines}`.text;
}
