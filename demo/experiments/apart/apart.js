// Take it apart: a map or unit muted, left alone, swapped, without its bias, or untied at one place.
import { spatial } from '../../static/core/cells.js';
import { hide, html, make, pick } from '../../static/core/element.js';
import { count, number } from '../../static/core/format.js';
import { range } from '../../static/core/palette.js';
import { state } from '../../static/core/store.js';
import { changes, mostChanged, signed } from '../../static/lab/changes.js';
import { called, choose, menu, picture, reads, readsSums, refill } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';

/** @typedef {import('../../static/core/geometry.js').Layer} Layer */
/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {{ untouched: number, errors: number[], n: number }} Measured in percent */
/**
 * @typedef {object} Reply
 * @property {number[][]} probabilities
 * @property {(number | null)[]} read
 * @property {number[]} change
 * @property {Numbers} [maps]
 * @property {number[]} [units]
 * @property {number} [bias]
 * @property {[row: number, column: number]} [place]
 * @property {number} [places]
 * @property {[before: number, now: number]} [sums]
 * @property {Measured | null} measured
 */

const DONE = {
  mute: 'mute it',
  solo: 'mute all others',
  swap: 'swap it',
  bias: 'zero its bias',
  untie: 'untie one place',
};
const LEAST = 0.005; // of a logit; less would be told as 0.00
const CHEAP = 0.1; // points of error that may well be chance

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  // What was chosen, by a link or by hand; where the network has no such thing, the menus show another.
  const wanted = { ...initial };
  /** @param {string} name */
  const chooses = (name) => (/** @type {string} */ value) => {
    wanted[name] = value;
    if (name === 'layer' || name === 'map') wanted.row = wanted.column = null;
    again();
  };
  const layers = menu('layer', 'apart-layer', {}, chooses('layer'));
  const maps = menu('which', 'apart-map', {}, chooses('map'));
  const does = menu('what to do', 'apart-do', {}, chooses('do'));
  const others = menu('with', 'apart-with', {}, chooses('with'));
  const spot = placeAt((at) => {
    [wanted.row, wanted.column] = at ?? [null, null];
    again();
  });
  const [before, now] = [picture('', 'apart-before'), picture('', 'apart-now')];
  const changed = changes('apart-changes');
  const costs = mountCosts((map) => {
    choose(maps.select, map);
    chooses('map')(maps.select.value);
  });
  const [controls, results, pictures] = ['lab-row', 'apart-results', 'apart-pictures'].map((name) =>
    Object.assign(document.createElement('div'), { className: name }),
  );
  controls.append(layers.element, maps.element, does.element, others.element, spot.element);
  pictures.append(before.element, now.element);
  results.append(pictures, changed.element);
  element.append(controls, results, costs.element);
  spot.mountOn(before.frame);

  const layerNow = () => state.network.layers.find(({ name }) => name === layers.select.value);
  /** Let the menus offer what this network has. */
  const fit = () => {
    const hidden = state.network.layers.slice(1, -1);
    refill(layers.select, Object.fromEntries(hidden.map(({ name }) => [name, name])));
    choose(layers.select, wanted.layer);
    const layer = layerNow();
    if (!layer) return;
    refill(maps.select, Object.fromEntries(numbered(layer)));
    choose(maps.select, wanted.map);
    refill(does.select, Object.fromEntries(Object.entries(DONE).filter(([name]) => isPossible(layer, name))));
    choose(does.select, wanted.do);
    refill(others.select, Object.fromEntries(numbered(layer).filter(([map]) => map !== maps.select.value)));
    choose(others.select, wanted.with);
    hide(others.element, does.select.value !== 'swap');
    spot.fit(does.select.value === 'untie' ? layer : null, [wanted.row, wanted.column]);
  };
  state.show(['network'], fit);

  return {
    settings() {
      fit();
      const done = does.select.value;
      const settings = { layer: layers.select.value, map: Number(maps.select.value), do: done };
      if (done === 'swap') return { ...settings, with: Number(others.select.value) };
      return done === 'untie' && spot.chosen() ? { ...settings, ...spot.chosen() } : settings;
    },
    /**
     * @param {Reply} reply
     * @param {unknown} _
     * @param {{ layer: string, map: number, do: string, with?: number }} settings
     */
    show(reply, _, { layer: of, map, do: done, with: other = 0 }) {
      const layer = state.network.layers.find(({ name }) => name === of);
      if (!layer) return '';
      const name = `${layer.name}, ${one(layer)} ${map}`;
      hide(pictures, !reply.maps);
      if (reply.maps) {
        const { most } = range(reply.maps.numbers, 1e-6);
        const what = readsSums(layer) ? `${name}, its sums` : name;
        for (const [i, each] of [before, now].entries()) {
          each.call(`${what} ${i ? 'now' : 'before'}`);
          each.paint(rows(reply.maps)[i], reply.maps.shape[2], { most });
        }
      }
      if (reply.place) spot.show(reply.place);
      changed.show(reply);
      costs.show(layer, map, reply.measured);
      const [was, is] = reply.probabilities.map((each, i) => reads(each, reply.read[i]));
      const sentences = [
        `${named(layer, map, done, other, reply)}: read as ${is} (before: ${was}).`,
        untied(reply),
        follows(reply),
        done === 'mute' && costly(layer, map, reply.measured),
      ];
      return sentences.filter(Boolean).join(' ');
    },
  };
}

/** @param {Layer} layer */
const one = (layer) => (spatial(layer) ? 'map' : 'unit');

/** @param {Layer} layer @returns {[value: string, called: string][]} */
const numbered = (layer) => Array.from({ length: layer.maps }, (_, map) => [String(map), `${one(layer)} ${map}`]);

/** @param {Layer} layer @param {string} done */
function isPossible({ kind, maps, parameters }, done) {
  if (done === 'swap') return maps > 1;
  if (done === 'bias') return parameters > 0;
  return done !== 'untie' || kind === 'convolution';
}

/**
 * @param {Layer} layer
 * @param {number} map
 * @param {string} done
 * @param {number} other
 * @param {Reply} reply
 */
function named(layer, map, done, other, { bias = 0, place }) {
  const name = `${layer.name}, ${one(layer)} ${map}`;
  if (done === 'solo') return `Of ${layer.name} only ${one(layer)} ${map} left`;
  if (done === 'bias') return `${name} without its bias of ${number(bias, 4)}`;
  if (place) return `${name} untied at row ${place[0]}, column ${place[1]}`;
  if (done !== 'swap') return `${name} muted`;
  const asIf = layer.kind === 'pooling' ? '' : ', as if their weights and biases were';
  return `${layer.name}, ${one(layer)}s ${map} and ${other} swapped${asIf}`;
}

/** @param {Reply} reply */
function untied({ sums, places = 1 }) {
  if (!sums) return '';
  return `There alone its kernel is turned by half a turn, and the sum goes from ${number(sums[0])} to ${number(sums[1])}; at the ${count(places - 1)} other places the same weights are used as before, tied.`;
}

/** @param {Reply} reply */
function follows({ change, units, maps }) {
  const most = mostChanged(change);
  const what = state.network.output === 'distances' ? 'score' : 'logit';
  const isSilent = units ? units[0] === 0 : maps && rows(maps)[0].every((value) => value === 0);
  const passed = units && !isSilent ? `It passed on ${number(units[0])}, now ${number(units[1])}. ` : '';
  if (Math.abs(change[most]) >= LEAST)
    return `${passed}The ${what} of ${called(most)} changes most, by ${signed(change[most])}.`;
  if (isSilent) return `No ${what} changes, as it passes on nothing but 0 for this drawing.`;
  return `${passed}No ${what} changes by ${LEAST} or more.`;
}

/** @param {Layer} layer @param {number} map @param {Measured | null} measured */
function costly(layer, map, measured) {
  if (!measured) return "What muting it costs on MNIST's test set was measured for the bundled network alone.";
  const { untouched, errors } = measured;
  return `On MNIST's test set, with this ${one(layer)} muted, the error is ${share(errors[map])} instead of ${share(untouched)}.`;
}

/** @param {number} percent */
const share = (percent) => `${number(percent)}\u00a0%`;

/**
 * Two fields for a place of a map, a button for where the map is largest, and a mark in a picture that can be clicked.
 *
 * @param {(place: [row: number, column: number] | null) => void} onChange
 */
function placeAt(onChange) {
  const element = make(html`
    <span class="lab-menu apart-place" role="group" aria-label="place">
      <label>row <input type="number" min="0" step="1" data-testid="apart-row"></label>
      <label>column <input type="number" min="0" step="1" data-testid="apart-column"></label>
      <button type="button" class="lab-button" data-testid="apart-largest">where it is largest</button>
    </span>`);
  const fields = /** @type {HTMLInputElement[]} */ ([...element.querySelectorAll('input')]);
  const mark = make(html`<span class="mark own" hidden></span>`);
  /** @type {Layer | null} */
  let layer = null;
  let isChosen = false;
  for (const field of fields)
    field.addEventListener('input', () => {
      if (fields.every(({ value, validity }) => value !== '' && validity.valid)) onChange(read());
    });
  const read = () => /** @type {[number, number]} */ (fields.map(({ value }) => Number(value)));
  pick(element, 'button').addEventListener('click', () => onChange(null));
  return {
    element,
    /** @param {HTMLElement} frame of a picture */
    mountOn(frame) {
      frame.append(mark);
      frame.addEventListener('click', ({ clientX, clientY }) => {
        if (!layer) return;
        const { left, top, width, height } = frame.getBoundingClientRect();
        const at = (/** @type {number} */ part, /** @type {number} */ cells) =>
          Math.max(0, Math.min(cells - 1, Math.floor(part * cells)));
        onChange([at((clientY - top) / height, layer.height), at((clientX - left) / width, layer.width)]);
      });
    },
    /** @param {Layer | null} of null where nothing is untied @param {unknown[]} wanted */
    fit(of, wanted) {
      layer = of;
      hide(element, !of);
      hide(mark, !of);
      mark.parentElement?.classList.toggle('apart-choose', Boolean(of));
      if (!of) return;
      const sizes = [of.height, of.width];
      isChosen = wanted.every((at, i) => Number.isInteger(at) && Number(at) >= 0 && Number(at) < sizes[i]);
      for (const [i, field] of fields.entries()) {
        field.max = String(sizes[i] - 1);
        if (isChosen && Number(field.value) !== wanted[i]) field.value = String(wanted[i]);
      }
    },
    chosen() {
      const [row, column] = read();
      return isChosen ? { row, column } : null;
    },
    /** @param {[row: number, column: number]} place */
    show(place) {
      if (!layer) return;
      const [height, width] = [100 / layer.height, 100 / layer.width];
      mark.style.cssText = `top:${place[0] * height}%;left:${place[1] * width}%;height:${height}%;width:${width}%`;
      if (!isChosen) for (const [i, field] of fields.entries()) field.value = String(place[i]);
    },
  };
}

/**
 * What each map or unit of a layer costs, as columns.
 *
 * @param {(map: number) => void} onChoose by a click; the menu is for everyone
 */
function mountCosts(onChoose) {
  const element = make(html`
    <figure class="apart-costs" data-testid="apart-costs" hidden><div role="img"></div><figcaption></figcaption></figure>`);
  const [columns, caption] = [pick(element, 'div'), pick(element, 'figcaption')];
  columns.addEventListener('click', ({ target }) => {
    const at = target instanceof Element ? [...columns.children].indexOf(target) : -1;
    if (at >= 0) onChoose(at);
  });
  return {
    element,
    /** @param {Layer} layer @param {number} map @param {Measured | null} measured */
    show(layer, map, measured) {
      hide(element, !measured);
      if (!measured) return;
      const { untouched, errors, n } = measured;
      const most = Math.max(...errors);
      const cheap = errors.filter((error) => error - untouched < CHEAP).length;
      columns.style.setProperty('--untouched', String(untouched / most));
      columns.replaceChildren(
        ...errors.map((error, i) =>
          make(
            html`<i class="${i === map && 'chosen'}" title="${one(layer)} ${i}: ${share(error)}" style="--error:${(100 * error) / most}%"></i>`,
          ),
        ),
      );
      const text = `Error on MNIST's ${count(n)} test digits with one ${one(layer)} of ${layer.name} muted: ${one(layer)} ${map}, marked, ${share(errors[map])}; untouched, dashed, ${share(untouched)}; most for ${one(layer)} ${errors.indexOf(most)}, ${share(most)}; ${cheap} of ${errors.length} cost less than ${CHEAP} percentage points.`;
      columns.setAttribute('aria-label', text);
      caption.textContent = text;
    },
  };
}
