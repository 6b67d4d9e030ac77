// What happens in a cell's layer, and what of the picture it sees.
import { before, layerOf } from '../core/cells.js';
import { count } from '../core/format.js';
import { receptiveField } from '../core/geometry.js';

/** @typedef {import('../core/geometry.js').Cell} Cell */
/** @typedef {import('../core/store.js').Network} Network */

/** @param {Cell} cell @param {Network} network */
export function words(cell, { layers, pooling, output }) {
  const layer = layerOf(layers, cell);
  if (layer.kind === 'picture')
    return 'One pixel of the picture: 0 is paper, 1 is ink. Outlined: every cell it can influence.';
  const { top, bottom, left, right } = receptiveField(layers, cell)[layers[0].name];
  const field = `Its receptive field: rows ${top} to ${bottom}, columns ${left} to ${right} of the picture.`;
  if (layer.kind === 'convolution') {
    const some = layer.reads ? ' Of the maps before, it reads those of its row in a fixed table.' : '';
    return `${field}${some} Each patch is multiplied, cell by cell, with the kernel; products and bias add up. The same kernel serves at all ${
      layer.height * layer.width
    } places of this map.`;
  }
  if (layer.kind === 'pooling' && pooling === 'trained')
    return `${field} Four values added up, times a gain, plus a bias, of which this map has one each; then squashed.`;
  if (layer.kind === 'pooling') {
    const passed = pooling === 'max' ? 'the largest of four values' : 'the mean of four values';
    const told = pooling.includes('before') ? 'what the activation makes of the mean of four sums' : passed;
    return `${field} It passes on ${told}, and has nothing to train; the network of 1998 added them up, with a trained gain and bias.`;
  }
  const source = before(layers, cell);
  if (layer.name === 'output' && output === 'distances')
    return `${field} How far all units of ${source.name}, seen as a picture of 7×12, are from a bitmap of the digit, which was fixed before training.`;
  return layer.name === 'output'
    ? `${field} A logit: the weighted sum of all ${count(source.maps * source.height * source.width)} units of ${source.name}. A softmax turns the logits into probabilities.`
    : `${field} Every value of ${source.name} times a weight of its own, largest products first.`;
}
