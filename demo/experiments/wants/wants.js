// What it wants to see: the digits that excite a map or unit most, a picture made for it, and where it fires.
import { labelOf, spatial } from '../../static/core/cells.js';
import { hide, html, make, pick, say } from '../../static/core/element.js';
import { number } from '../../static/core/format.js';
import { state } from '../../static/core/store.js';
import { menu, picture, refill } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';
import { outline } from '../../static/lab/outline.js';

/** @typedef {import('../../static/core/geometry.js').Layer} Layer */
/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {{ row: number, column: number, value: number }} Fired where, and how much */
/** @typedef {Fired & { digit: number, number: number }} Digit */
/** @typedef {Fired & { picture: Numbers, norm: number }} Made */
/**
 * @typedef {object} Reply
 * @property {string} layer
 * @property {number} map
 * @property {Numbers} picture of the drawing
 * @property {Fired} here
 * @property {Made} made
 * @property {number | null} usual norm of a digit
 * @property {Digit[]} [digits]
 * @property {Numbers} [pictures]
 * @property {string} [elsewhere]
 */

const MOST = 4; // digits shown
const FIRST = 'C3'; // the layer where a map is neither a mere edge nor the whole picture

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  const wanted = {
    layer: typeof initial.layer === 'string' ? initial.layer : FIRST,
    map: typeof initial.map === 'number' ? initial.map : 0,
  };
  const layers = menu('layer', 'wants-layer', {}, (layer) => {
    Object.assign(wanted, { layer, map: 0 });
    again();
  });
  const maps = menu('map', 'wants-map', {}, (map) => {
    wanted.map = Number(map);
    again();
  });
  const digits = Array.from({ length: MOST }, (_, i) => framed(`wants-digit-${i}`));
  const [made, here] = [framed('wants-made'), framed('wants-here')];
  const menus = make(html`<div class="lab-row"></div>`);
  menus.append(layers.element, maps.element);
  const shown = make(html`
    <div><h3>Your drawing, and a picture made to excite it</h3><div class="lab-row"></div>
      <h3>The digits of MNIST's test set that excite it most</h3><p hidden></p><div class="wants-digits"></div></div>`);
  pick(shown, '.lab-row').append(here.element, made.element);
  const best = pick(shown, '.wants-digits');
  best.append(...digits.map((each) => each.element));
  element.append(menus, shown);

  // What was chosen, or what comes nearest to it in the network that is there now.
  const fit = () => {
    const hidden = state.network.layers.slice(1);
    const layer = hidden.find(({ name }) => name === wanted.layer) ?? hidden.find(({ name }) => name === FIRST);
    const { name, maps: count } = layer ?? hidden[0];
    const map = Number.isInteger(wanted.map) && wanted.map >= 0 && wanted.map < count ? wanted.map : 0;
    refill(layers.select, Object.fromEntries(hidden.map(({ name }) => [name, name])));
    refill(
      maps.select,
      Object.fromEntries(Array.from({ length: count }, (_, i) => [i, nameOf(layer ?? hidden[0], i)])),
    );
    say(pick(maps.element, 'span'), kindOf(layer ?? hidden[0]));
    layers.select.value = name;
    maps.select.value = String(map);
    return { layer: name, map };
  };
  return {
    settings: () => (state.network.layers.length ? fit() : { ...wanted }),
    /** @param {Reply} reply */
    show(reply) {
      const { layers } = state.network;
      const layer = layers.find(({ name }) => name === reply.layer) ?? layers[1];
      const show = (
        /** @type {typeof made} */ frame,
        /** @type {ArrayLike<number> & Iterable<number>} */ pixels,
        /** @type {Fired} */ { row, column, value },
        /** @type {string} */ called,
      ) => {
        const [height, width] = [layers[0].height, layers[0].width];
        frame.paint(pixels, width, { ink: true });
        const seen = frame.outline.show(layers, { layer: layer.name, map: reply.map, row, column });
        frame.call(`${called}: ${number(value)}`);
        if (seen)
          frame.canvas.setAttribute(
            'aria-label',
            `${called}: ${number(value)}, by what it sees in ${seen} of ${height}`,
          );
      };
      show(here, reply.picture.numbers, reply.here, 'your drawing');
      show(made, reply.made.picture.numbers, reply.made, 'made for it');
      const pictures = reply.pictures ? rows(reply.pictures) : [];
      const exciting = reply.digits?.filter((each) => isExciting(layer, each)) ?? []; // the first, as they are in order
      digits.forEach((frame, i) => {
        hide(frame.element, i >= exciting.length);
        if (exciting[i]) show(frame, pictures[i], exciting[i], `a ${exciting[i].digit}`);
      });
      hide(best, !exciting.length);
      const note = pick(shown, 'p');
      hide(note, !reply.elsewhere);
      say(note, reply.elsewhere ?? '');
      return told(layer, reply);
    },
  };
}

// Hidden units that pass on nothing sleep; a logit may well be negative.
/** @param {Layer} layer @param {Fired} fired */
const isExciting = (layer, { value }) => value > 0 || layer.name === 'output';

/** @param {string} id */
function framed(id) {
  const shown = picture('', id);
  return { ...shown, outline: outline(shown.frame) };
}

/** @param {Layer} layer @param {number} map */
const nameOf = (layer, map) => (layer.name === 'output' ? labelOf(layer, map) : String(map));

/** @param {Layer} layer */
const kindOf = (layer) => (layer.name === 'output' ? 'for' : spatial(layer) ? 'map' : 'unit');

/** @param {Layer} layer @param {Reply} reply */
function told(layer, { map, here, made, digits, usual }) {
  const what =
    layer.name === 'output'
      ? `The output for ${nameOf(layer, map)}${state.network.output === 'distances' ? ', minus its squared distance,' : ''}`
      : `${layer.name}, ${kindOf(layer)} ${map},`;
  const where = spatial(layer)
    ? `, most at row ${here.row}, column ${here.column} of the map (outlined: what that unit sees)`
    : '';
  const yours = `${what} gives ${number(here.value)} on your drawing${where}.`;
  const best =
    digits && isExciting(layer, digits[0])
      ? ` The best digit of MNIST's test set, a ${digits[0].digit}, brings it to ${number(digits[0].value)}.`
      : digits
        ? " No digit of MNIST's test set excites it."
        : '';
  const unit = spatial(layer) ? 'its middle unit' : 'it';
  const ascent = ` A picture made by following the gradient uphill from faint noise or paper (its norm is ${number(made.norm, 1)}${usual ? `; a digit's is about ${number(usual, 1)}` : ''}) brings ${unit} to ${number(made.value)}.`;
  const isSilent = digits && ![made, digits[0], here].some((each) => isExciting(layer, each));
  return isSilent
    ? `${what} is silent: no digit of MNIST's test set, nor any picture that was tried, wakes it.`
    : `${yours}${best}${ascent}`;
}
