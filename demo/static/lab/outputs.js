// A menu of the network's outputs, before which stands what is taken where none is chosen.
import { state } from '../core/store.js';
import { called, menu, refill } from './kit.js';

const NONE = 'none';
// Of an object, keys that are numbers would come before all others.
const keyOf = (/** @type {unknown} */ output) => `output ${output}`;

/**
 * @param {{ name: string, id: string, otherwise: string, initial: unknown }} what otherwise: what is taken where none is
 *   chosen; initial: an output, if it is one
 * @param {() => void} onChange
 */
export function outputMenu({ name, id, otherwise, initial }, onChange) {
  const options = () => {
    const outputs = state.network.layers.at(-1)?.maps ?? 0;
    const each = Array.from({ length: outputs }, (_, output) => [keyOf(output), called(output)]);
    return { [NONE]: otherwise, ...Object.fromEntries(each) };
  };
  const { element, select } = menu(name, id, options(), onChange);
  if (typeof initial === 'number' && Object.hasOwn(options(), keyOf(initial))) select.value = keyOf(initial);
  return {
    element,
    /** @returns {number | null} the output that is chosen, of the network as it is now */
    output() {
      refill(select, options());
      return select.value === NONE ? null : Number(select.value.slice(keyOf('').length));
    },
  };
}
