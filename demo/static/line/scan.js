// Many digits: a wide pad, what is found on it, and the score map of the swept network.
import { State } from '../core/store.js';
import { Live } from '../core/live.js';
import { values } from '../core/wire.js';
import { mountExamples } from '../ink/replay.js';
import { hide, number, percent, say } from '../core/format.js';
import { History, drawInk, mountPen, mountStatus, onceAFrame } from '../ink/pen.js';
import { gradient, inkPalette, onTheme, paint, pixelsOf, range } from '../core/palette.js';
import { mountPhoto } from '../ink/photo.js';

const LINE = 0.035; // width of the pen's line, in pad heights
const DIGITS = 10;
const LEAST = 8; // logits this large get full colour at least
const ROOMY = 62; // CSS pixels of a box that has room for its probability
const PLACES = 14; // windows a second, when it slides

export function mount(element, config, server) {
  const find = (id) => element.querySelector(`[data-testid=${id}]`);
  const canvas = find('line-pad');
  const line = new State();
  const history = new History(element, line, 'line-');
  const status = mountStatus(find('line-status'));
  const map = mountScores(element, config);
  find('line-figures').innerHTML = figures(config.figures);
  let pending = null;
  let dirty = true;

  const live = new Live((request) => server.scan(request), {
    onStatus: status,
    onAnswer: (reply) => {
      pending = reply;
      schedule();
    },
  });
  const ask = () => live.ask({ ...(line.picture ? { strip: line.picture } : { ink: line.ink }), method: find('method').value });

  const schedule = onceAFrame(() => {
    if (dirty) draw();
    dirty = false;
    if (!pending) return;
    const reply = pending;
    pending = null;
    line.answer = reply;
    show(reply);
    status('ready', 'Live');
    document.dispatchEvent(new CustomEvent('lenet:scanned', { detail: { sequence: reply.sequence, text: reply.text } }));
  });

  function draw() {
    drawInk(canvas, line.ink, LINE);
    if (!line.picture) return;
    const { pixels, width, height } = stripOf(line.picture);
    const small = document.createElement('canvas');
    paint(small, pixels, width, height, 255, inkPalette());
    const [scale, left, top] = placed(canvas, width, height);
    canvas.getContext('2d').drawImage(small, left, top, width * scale, height * scale);
  }

  function show(reply) {
    say(find('line-prediction'), reply.text || '–');
    say(find('line-verdict'), verdict(reply));
    const size = canvas.getBoundingClientRect();
    // Where a pixel of the strip lies on the pad, in CSS pixels: x = (pixel - left) / scale.
    const place = line.picture ? photoPlace(canvas, line.picture) : padPlace(reply.placement, size);
    map.show(reply, place);
    // Boxes are kept from answer to answer, so that a click or the focus on one outlasts the next answer.
    const boxes = find('line-boxes');
    while (boxes.childElementCount > reply.detections.length) boxes.lastChild.remove();
    while (boxes.childElementCount < reply.detections.length) boxes.append(emptyBox(boxes.childElementCount));
    reply.detections.forEach((found, index) => fill(boxes.children[index], found, place));
  }

  function emptyBox(index) {
    const frame_ = document.createElement('div');
    frame_.className = 'line-box';
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.testid = `box-${index}`;
    button.addEventListener('click', () => open(index));
    frame_.append(button);
    return frame_;
  }

  function fill(frame_, { digit, confidence, box: edges }, place) {
    const [left, top] = place.at(edges[0], edges[1]);
    const [right, bottom] = place.at(edges[2], edges[3]);
    const margin = 5;
    Object.assign(frame_.style, {
      left: `${left - margin}px`, top: `${top - margin}px`, width: `${right - left + 2 * margin}px`, height: `${bottom - top + 2 * margin}px`,
    });
    const button = frame_.firstChild;
    button.title = `${digit}, ${percent(confidence)}. Open in the explorer.`;
    button.setAttribute('aria-label', button.title);
    const content = right - left > ROOMY ? `${digit} <small>${percent(confidence)}</small>` : `${digit}`;
    if (button.content !== content) button.innerHTML = button.content = content;
  }

  function open(index) {
    const found = line.answer.detections[index];
    const detail = found.strokes.length && !line.picture
      ? { ink: centred(found.strokes.map((i) => line.ink[i])) }
      : { picture: found.picture };
    document.dispatchEvent(new CustomEvent('lenet:explore', { detail }));
  }

  const redraw = () => {
    dirty = true;
    schedule();
    if (line.answer) show(line.answer);
  };
  line.on('ink', (ink) => {
    dirty = true;
    hide(element.querySelector('.pad-hint'), ink.length > 0 || line.picture !== null);
    history.show();
    schedule();
    ask();
  });
  find('method').addEventListener('change', ask);
  mountPen(canvas, history, status);
  history.mount(element);
  mountExamples(element.querySelector('.examples'), config.examples, history, [0, 0.25, config.exampleWidth, 0.6], (strokes) => {
    const { width, height } = canvas.getBoundingClientRect();
    const shift = (width / height - config.exampleWidth) / 2;
    return strokes.map((stroke) => stroke.map(([x, y]) => [x + shift, y]));
  });
  mountPhoto(find('line-photo'), async (file) => {
    const reply = await server.scan_photo({ file });
    if (reply?.strip) history.replace([], reply.strip);
    return reply;
  }, status);
  new ResizeObserver(redraw).observe(canvas);
  onTheme(redraw);
  line.set('ink', []);
}

// How many lines each way of reading gets right: the first row is the head.
function figures([head, ...rows]) {
  const cells = (row, tag) => `<th scope="${tag}">${row[0]}</th>${row.slice(1).map((text) => `<td>${text}</td>`).join('')}`;
  const top = head.map((text) => `<th scope="col">${text}</th>`).join('');
  return `<thead><tr>${top}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, 'row')}</tr>`).join('')}</tbody>`;
}

function verdict({ detections, blank }) {
  if (blank) return 'Nothing written yet.';
  if (!detections.length) return 'No digit found.';
  const least = Math.min(...detections.map(({ confidence }) => confidence));
  return `${detections.length} ${detections.length > 1 ? 'digits' : 'digit'}, the least sure ${percent(least)}.`;
}

// The ten rows of scores, aligned with the pad; pointing at a column shows its window.
function mountScores(element, { stride, window: wide }) {
  const canvas = element.querySelector('.score-map canvas');
  const words = element.querySelector('[data-testid=score-words]');
  const mark = element.querySelector('.line-window');
  const slide = element.querySelector('[data-testid=line-slide]');
  const legend = element.querySelector('.legend-scale');
  element.querySelector('.score-digits').innerHTML = Array.from({ length: DIGITS }, (_, digit) => `<span>${digit}</span>`).join('');
  let shown = null; // { logits, columns, place }
  let timer = null;

  const point = (column) => {
    hide(mark, column === null || !shown);
    if (mark.hidden) {
      say(words, shown ? 'Point at the map to see the window behind a column.' : '');
      return;
    }
    const [left, top] = shown.place.ofStrip(column * stride, 0);
    const [right, bottom] = shown.place.ofStrip(column * stride + wide, wide);
    Object.assign(mark.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    const scores = Array.from({ length: DIGITS }, (_, digit) => shown.logits[digit * shown.columns + column]);
    const best = scores.indexOf(Math.max(...scores));
    say(words, `Window ${column + 1} of ${shown.columns}: the best score is ${number(scores[best])}, for ${best}; “no digit” is 0 by definition, so ${
      scores[best] > 0 ? `a ${best} may stand in its middle.` : 'no digit stands in its middle.'}`);
  };
  canvas.addEventListener('pointermove', (event) => {
    if (!shown) return;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * shown.columns);
    point(Math.max(0, Math.min(shown.columns - 1, column)));
  });
  canvas.addEventListener('pointerleave', () => point(null));

  const stop = () => {
    clearInterval(timer);
    timer = null;
    slide.setAttribute('aria-pressed', 'false');
    slide.textContent = '▶ Slide the window';
  };
  slide.addEventListener('click', () => {
    if (timer !== null) {
      stop();
      point(null);
      return;
    }
    if (!shown) return;
    let column = 0;
    slide.setAttribute('aria-pressed', 'true');
    slide.textContent = '❚❚ Stop';
    timer = setInterval(() => {
      if (!shown || column >= shown.columns) {
        stop();
        point(null);
      } else point(column++);
    }, 1000 / PLACES);
  });

  return {
    show(reply, place) {
      if (reply.blank) {
        shown = null;
        hide(canvas, true);
        point(null);
        return;
      }
      const logits = values(reply.scores);
      const columns = logits.length / DIGITS;
      shown = { logits, columns, place };
      hide(canvas, false);
      const { most } = range(logits, LEAST);
      paint(canvas, logits, columns, DIGITS, most);
      legend.innerHTML = `<b>${number(-most)}</b><i class="signed" style="background:${gradient(true)}"></i><b>${number(most)}</b>`;
      // Column j stands for the pixels around its window's middle, a stride wide.
      const [left] = place.ofStrip(wide / 2 - stride / 2, 0);
      const [right] = place.ofStrip(wide / 2 - stride / 2 + columns * stride, 0);
      Object.assign(canvas.style, { left: `${left}px`, width: `${right - left}px` });
      if (timer === null) point(null);
    },
  };
}

function padPlace([scale, left, top], { height }) {
  const per = scale ? height / scale : 0; // CSS pixels of one pixel of the strip
  return {
    at: (x, y) => [x * height, y * height],
    ofStrip: (x, y) => [(x - left) * per, (y - top) * per],
  };
}

function photoPlace(canvas, picture) {
  const { width, height } = stripOf(picture);
  const ratio = canvas.width / canvas.getBoundingClientRect().width;
  const [scale, left, top] = placed(canvas, width, height).map((value) => value / ratio);
  const at = (x, y) => [left + x * scale, top + y * scale];
  return { at, ofStrip: at };
}

// A strip as large as fits into the canvas, in the middle: [scale, left, top] in canvas pixels.
function placed(canvas, width, height) {
  const scale = Math.min(canvas.width / width, (0.8 * canvas.height) / height);
  return [scale, (canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2];
}

function stripOf(hex) {
  const pixels = pixelsOf(hex);
  return { pixels, width: pixels.length / 28, height: 28 };
}

// Strokes moved to the middle of the square pad of the explorer, at a good size.
function centred(strokes) {
  const xs = strokes.flat().map(([x]) => x);
  const ys = strokes.flat().map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = 0.6 / Math.max(right - left, bottom - top, 0.02);
  return strokes.map((stroke) => stroke.map(([x, y]) => [
    0.5 + (x - (left + right) / 2) * scale, 0.5 + (y - (top + bottom) / 2) * scale,
  ]));
}
