// A second network on the same ink: its layers below those of the first, by their names.
import { labelOf, spatial } from '../core/cells.js';
import { find, html, make, say } from '../core/element.js';
import { percent } from '../core/format.js';
import { Live } from '../core/live.js';
import { onTheme, paintMaps, range } from '../core/palette.js';
import { state } from '../core/store.js';
import { decode, sent } from '../core/wire.js';
import { columns, fullOf } from './layer.js';

/** @typedef {import('../core/geometry.js').Layer} Layer */
/** @typedef {import('../core/live.js').Refusal} Refusal */
/** @typedef {import('../core/store.js').Network} Network */
/** @typedef {import('../core/wire.js').Reply} Reply */
/** @typedef {{ layer: Layer, canvases: HTMLCanvasElement[] }} Row */

/** @param {(request: object) => Promise<Reply | Refusal | undefined>} see */
export function mountOther(see) {
  const live = new Live(
    (request) => see(sent(request)),
    (reply, subject) => {
      const { other } = state;
      if (!other || subject.network !== other.network) return; // another was chosen since
      state.update({ otherAnswer: { ...reply, subject, layers: decode(reply, other.layers) } });
    },
    () => {}, // what there is to say is said of the first network
  );
  state.show(['subject', 'other', 'preActivation'], () => {
    const { subject, other, preActivation } = state;
    if (!other) return;
    const { network, ...ink } = subject;
    live.ask(other.network ? { ...ink, network: other.network } : ink, { pre_activation: preActivation });
  });

  /** @type {Row[]} */
  let rows = [];
  state.show(['network', 'other'], () => {
    for (const row of document.querySelectorAll('.other-row')) row.remove();
    rows = state.other ? state.other.layers.slice(1).map((layer) => rowOf(layer)) : [];
    show();
  });
  state.on(['otherAnswer', 'scale'], show);
  onTheme(show);

  function show() {
    const { otherAnswer, other } = state;
    if (!otherAnswer || !other) return;
    for (const { layer, canvases } of rows) {
      const values = otherAnswer.layers[layer.name];
      paintMaps(canvases, values, fullOf(range(values).most));
    }
    const { digit, probabilities, verdict } = otherAnswer;
    const reads =
      digit === null ? 'no digit' : `${labelOf(other.layers.at(-1), digit)}, with ${percent(probabilities[digit])}`;
    say(find(document, 'other-answer'), verdict === 'blank' ? nameOf(other) : `${nameOf(other)} reads ${reads}`);
  }
}

/** @param {Network} network */
const nameOf = ({ name }) => name ?? 'LeNet-5, bundled';

// Below the layer of the same name, or below all of them.
/** @param {Layer} layer @returns {Row} */
function rowOf(layer) {
  const [width, height] = spatial(layer) ? [layer.width, layer.height] : [layer.maps, 1];
  const name = state.other ? nameOf(state.other) : '';
  const row = make(html`
    <div class="other-row ${spatial(layer) ? 'pictures' : 'strip'}" style="${columns(layer)}">
      <small ${layer.name === 'output' && 'data-testid=other-answer'}>${name}: ${layer.name}, ${spatial(layer) ? `${layer.maps}×${height}×${width}` : layer.maps}</small>
      <div class="maps" role="img" aria-label="${layer.name} of ${name}"></div>
    </div>`);
  const canvases = Array.from({ length: spatial(layer) ? layer.maps : 1 }, (_, map) => {
    const frame = make(
      html`<div class="map"><canvas width="${width}" height="${height}" data-testid="other-${layer.name}-${map}"></canvas></div>`,
    );
    row.lastElementChild?.append(frame);
    return find(frame, `other-${layer.name}-${map}`, HTMLCanvasElement);
  });
  const place = document.querySelector(`.layers .layer-${layer.name}`) ?? document.querySelector('.layers');
  place?.append(row);
  return { layer, canvases };
}
