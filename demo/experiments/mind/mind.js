// When it changed its mind: what is read after each point of the pen, and a slider that draws the digit again.
import { hide, html, make } from '../../static/core/element.js';
import { state } from '../../static/core/store.js';
import { history } from '../../static/ink/digit.js';
import { curves } from '../../static/lab/curves.js';
import { called, picture, reads, slider } from '../../static/lab/kit.js';

/** @typedef {import('../../static/core/store.js').Ink} Ink */
/** @typedef {import('../../static/core/store.js').Stroke} Stroke */
/** @typedef {import('../../static/core/store.js').Point} Point */
/** @typedef {import('../../static/core/store.js').Subject} Subject */
/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {{ points: number, starts: number[], ends: number[], probabilities: Numbers, read: (number | null)[] }} Reply */

const SIDE = 28; // pixels of a picture
// Between points that are asked about, in longest sides of the ink: no closer than what is sent of a drawing, and no
// farther than about a pixel of the network's picture, so that a straight line has a course, too.
const [CLOSEST, FARTHEST] = [0.023, 0.05];
const SMALLEST = 0.02; // pad heights, as for what is sent
const LONGEST = 4000; // ms that playing takes at most
const SLOWEST = 60; // ms a point
const MOST_NAMED = 5; // changes, or strokes
const NUMBERS = ['first', 'second', 'third', 'fourth', 'fifth'];

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial }) {
  let linked = Number.isInteger(initial.at) ? Number(initial.at) : 0; // the point that a link asks for
  let whole = state.ink;
  let shown = whole; // on the pad: all of it, or a beginning
  /** @type {Ink} the same with points that lie evenly */
  let course = [];
  /** @type {Subject} */
  let about = state.subject;
  let edits = -1; // of the history, once a beginning is shown
  /** @type {Reply | null} */
  let reply = null;
  let frame = 0; // of what is being played

  const curve = curves(
    'mind-curves',
    'probability of each answer from the first point to the last; dashed: the answer changes; dotted: a stroke begins; –: no digit',
  );
  const seen = picture('what the network sees', 'mind-picture');
  const points = () => count(course);
  const say = (/** @type {number} */ at) =>
    `point ${at} of ${points()}${reply ? `: ${answer(readAt(reply, at))}` : ''}`;
  const along = slider({ name: 'pen', id: 'mind-at', min: 1, max: 1, step: 1, value: 1, say }, (at) => {
    stop();
    go(at);
  });
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const [start, halt] = [isStill ? 'Next change' : '▶ Play', '◼ Stop'];
  const button = make(
    html`<button type="button" class="lab-button" data-testid="mind-play">${start}</button>`,
    HTMLButtonElement,
  );
  button.addEventListener('click', () => {
    if (frame) stop();
    else if (isStill) go(nextChange());
    else play();
  });
  curve.element.prepend(along.element);
  const ribbon = make(html`<div class="course"></div>`);
  ribbon.append(curve.element, seen.element);
  element.append(button, ribbon);

  const at = () => Number(along.input.value);

  // The pad may have changed by another hand; then that is the whole drawing.
  const follow = () => {
    if (state.ink !== shown) {
      stop();
      state.update({ whole: null });
      shown = state.ink;
      if (shown !== whole || !course.length) begin(shown);
      stand(points());
    }
    if (about.network !== state.subject.network || !('ink' in about) || about.ink !== course)
      about = { ...state.subject, ink: course };
    const isPhoto = state.picture !== null;
    for (const each of [button, ribbon]) hide(each, isPhoto);
    return isPhoto ? state.subject : about;
  };
  const begin = (/** @type {Ink} */ ink) => {
    whole = ink;
    course = evenly(ink);
    reply = null;
  };
  const stand = (/** @type {number} */ point) => {
    Object.assign(along.input, { max: Math.max(1, points()), value: point });
    along.tell();
    mark();
  };
  const mark = () => {
    if (!reply) return;
    const share = (/** @type {number} */ point) => (point - 1) / Math.max(1, points() - 1);
    const begins = reply.starts.slice(1, MOST_NAMED).map((first, i) => ({ at: share(first), name: `stroke ${i + 2}` }));
    curve.show(reply.probabilities, Math.min(1, share(at())), undefined, { read: reply.read, begins });
  };

  // The beginning of the ink becomes the drawing, one version of it for the whole way, so that undo brings all back.
  const go = (/** @type {number} */ point) => {
    const isOurs = history.edits === edits;
    if (point >= points()) {
      shown = whole;
      state.update({ whole: null });
      if (isOurs) history.takeBack();
    } else {
      shown = beginning(course, point);
      state.update({ whole });
      if (isOurs) state.update({ ink: shown });
      else {
        // Before the history tells of it: what is on the pad is known to come from here.
        edits = history.edits + 1;
        history.edit(shown);
      }
    }
    stand(Math.min(point, points()));
  };

  const play = () => {
    const from = at() < points() ? at() : 1;
    const pace = Math.min(SLOWEST, LONGEST / points());
    const began = performance.now();
    const step = (/** @type {number} */ now) => {
      const point = from + Math.max(0, Math.floor((now - began) / pace));
      frame = point < points() ? requestAnimationFrame(step) : 0;
      if (point !== at() || point === from) go(point);
      if (!frame) stop();
    };
    button.textContent = halt;
    frame = requestAnimationFrame(step);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = start;
  };
  const nextChange = () => {
    const changes = reply ? runs(reply).map(({ from }) => from) : [];
    return changes.find((from) => from > at()) ?? (at() < points() ? points() : 1);
  };

  state.show(['answer'], () => {
    const { answer: newest } = state;
    seen.element.hidden = !newest || state.picture !== null;
    if (!newest) return;
    seen.paint(newest.layers.input, SIDE, { ink: true });
    seen.call(newest.digit === null ? 'no digit' : `read as ${reads(newest.probabilities)}`);
  });

  begin(whole);
  stand(points());
  return {
    settings: () => ({ at: at() }),
    subject: follow,
    drawing: () => whole,
    show(/** @type {Reply} */ answered, subject) {
      if (subject !== follow()) return ''; // of another drawing
      reply = answered;
      stand(at());
      if (linked > 0 && linked < points()) go(linked);
      linked = 0;
      return told(reply);
    },
  };
}

/** @param {number | null} output */
const answer = (output) => (output === null ? 'no digit' : called(output));

/** @param {Reply} reply @param {number} point */
function readAt({ ends, read }, point) {
  const next = ends.findIndex((end) => end >= point);
  return read.at(next) ?? null;
}

/** @param {Reply} reply @returns {{ output: number | null, from: number }[]} each answer, and the point it is read from */
const runs = ({ ends, read }) =>
  read.flatMap((output, i) => (i === 0 || output !== read[i - 1] ? [{ output, from: ends[i] }] : []));

/** @param {Reply} reply */
function told(reply) {
  const { points, starts, ends } = reply;
  const [first, ...changes] = runs(reply);
  const last = changes.at(-1);
  if (!last) return `It was read as ${answer(first.output)} from the first point to the last. ${strokes(starts)}`;
  const about = ends.length < points ? 'about ' : '';
  const later = changes.map(({ output, from }) => `as ${answer(output)} from ${about}point ${from}`);
  const course =
    changes.length > MOST_NAMED
      ? `It changed its mind ${changes.length} times, at last to ${answer(last.output)}, from ${about}point ${last.from} on.`
      : `It was read as ${answer(first.output)} at first, ${later.join(', ')} on.`;
  const rest = points - last.from;
  const idle = rest > 1 ? ` The last ${rest} of ${points} points did not change the answer.` : '';
  return `${course}${idle} ${strokes(starts)}`;
}

/** @param {number[]} starts */
function strokes(starts) {
  const later = starts.slice(1).map((start, i) => `the ${NUMBERS[i + 1]} stroke at point ${start}`);
  if (!later.length || later.length >= MOST_NAMED) return '';
  const text = later.join(', ');
  return `${text[0].toUpperCase()}${text.slice(1).replace('stroke at', 'stroke begins at')}.`;
}

/** @param {Ink} ink */
const count = (ink) => ink.reduce((sum, stroke) => sum + stroke.length, 0);

/** @param {Ink} ink @param {number} points */
function beginning(ink, points) {
  /** @type {Ink} */
  const begun = [];
  for (const stroke of ink) {
    if (points <= 0) break;
    begun.push(points < stroke.length ? stroke.slice(0, points) : stroke);
    points -= stroke.length;
  }
  return begun;
}

/** @param {Ink} ink @returns {Ink} the same with points neither next to one another nor far apart */
function evenly(ink) {
  const side = Math.max(SMALLEST, ...[0, 1].map((axis) => span(ink, axis)));
  return ink.map((stroke) =>
    stroke.reduce((even, point, i) => reached(even, point, i === stroke.length - 1, side), /** @type {Stroke} */ ([])),
  );
}

/** @param {Stroke} even @param {Point} point @param {boolean} isLast @param {number} side */
function reached(even, point, isLast, side) {
  const from = even.at(-1);
  if (!from) return [point];
  const away = Math.hypot(point[0] - from[0], point[1] - from[1]) / side;
  if (away < CLOSEST && !isLast) return even;
  const steps = Math.max(1, Math.ceil(away / FARTHEST));
  for (let i = 1; i <= steps; i += 1) {
    const part = i / steps;
    even.push(i === steps ? point : [from[0] + part * (point[0] - from[0]), from[1] + part * (point[1] - from[1])]);
  }
  return even;
}

/** @param {Ink} ink @param {number} axis */
function span(ink, axis) {
  const [low, high] = ink
    .flat()
    .reduce(([low, high], point) => [Math.min(low, point[axis]), Math.max(high, point[axis])], [Infinity, -Infinity]);
  return Math.max(0, high - low);
}
