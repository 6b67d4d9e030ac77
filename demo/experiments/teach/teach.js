// Teach it your hand: drawings that are kept here, and what the output layer makes of them before and after.
import { fill, hide, html, make, pick } from '../../static/core/element.js';
import { count, percent } from '../../static/core/format.js';
import { state } from '../../static/core/store.js';
import { bytesOf, pixelsOf } from '../../static/core/wire.js';
import { called, choose, menu, picture, reads, refill, softmax, surest } from '../../static/lab/kit.js';
import { rows } from '../../static/lab/numbers.js';

/** @typedef {import('../../static/core/store.js').Subject} Subject */
/** @typedef {import('../../static/lab/numbers.js').Numbers} Numbers */
/** @typedef {{ of: 'mnist' | 'digits' | 'answers', n: number, before: number, after: number }} Cost */
/** @typedef {{ before: Numbers, after: Numbers, cost: Cost, file: string }} Taught */
/** @typedef {{ picture: string, logits: Numbers, cannot?: string, taught?: Taught }} Reply */
/** @typedef {{ picture: string, label: number, before?: ArrayLike<number>, after?: ArrayLike<number> }} Kept */

const MOST = 5;
const SIDE = 28;
const FILE = 'lenet-taught.pt';

/** @param {import('../../static/lab/card.js').Place} place @returns {import('../../static/lab/card.js').Running} */
export function mount({ element, initial, again }) {
  /** @type {Kept[]} */
  let kept = [];
  /** @type {Reply | null} */
  let newest = null;
  /** @type {string | null} the taught network's weights, base64 */
  let file = null;
  let network = state.network.network;
  /** @type {Kept[] | null} what is to be taught, until it is */
  let asked = null;
  /** @type {Subject | null} what is asked about where the pad is blank */
  let instead = null;
  const should = menu('it should be', 'teach-label', {}, () => {});
  const button = (/** @type {string} */ id, /** @type {string} */ text, /** @type {() => void} */ act) => {
    const made = make(
      html`<button type="button" class="lab-button" data-testid="teach-${id}">${text}</button>`,
      HTMLButtonElement,
    );
    made.addEventListener('click', act);
    return made;
  };
  const keep = button('keep', 'Keep this drawing', () => {
    if (!newest) return;
    kept = [...kept, { picture: newest.picture, label: Number(should.select.value) }];
    forget();
  });
  const teach = button('go', 'Teach', () => {
    asked = kept;
    instead = isBlank() ? { picture: kept[0].picture, ...(network ? { network } : {}) } : null;
    again();
  });
  const download = button('download', 'Download the taught network', () => file && save(file));
  const use = button('use', 'Read with it', () => {
    if (file) document.dispatchEvent(new CustomEvent('lenet:open', { detail: new File([bytesOf(file)], FILE) }));
  });
  const tools = make(html`<div class="lab-row"></div>`);
  tools.append(should.element, keep, teach, use, download);
  const shelf = make(html`<div class="lab-row teach-kept"></div>`);
  const places = Array.from({ length: MOST }, (_, i) => shelved(i, () => remove(kept[i])));
  shelf.append(...places.map((each) => each.element));
  element.append(tools, shelf);

  // What was taught no longer fits what is kept.
  const forget = () => {
    file = null;
    asked = null;
    kept = kept.map(({ picture, label }) => ({ picture, label }));
    shelve();
  };
  const remove = (/** @type {Kept} */ gone) => {
    kept = kept.filter((each) => each !== gone);
    forget();
    (kept.length ? pick(shelf, 'button') : keep).focus();
  };
  const shelve = () => {
    for (const [i, each] of places.entries()) each.show(kept[i]);
    enable();
  };
  const enable = () => {
    keep.disabled = !newest || kept.length >= MOST;
    teach.disabled = !kept.length;
    use.disabled = download.disabled = !file;
  };
  // Another network, or its outputs.
  const fit = () => {
    const outputs = state.network.layers.at(-1)?.maps ?? 10;
    const isFirst = !should.select.options.length;
    refill(should.select, Object.fromEntries(Array.from({ length: outputs }, (_, i) => [i, called(i)])));
    if (isFirst) choose(should.select, initial.label);
    if (network === state.network.network) return;
    network = state.network.network;
    kept = kept.filter(({ label }) => label < outputs);
    forget();
  };
  shelve();

  return {
    settings: () => ({ label: Number(should.select.value) }),
    question() {
      fit();
      if (!asked) return {};
      const names = state.network.layers.at(-1)?.labels;
      const [pictures, labels] = [asked.map((each) => each.picture), asked.map((each) => each.label)];
      return { teach: true, pictures, labels, ...(names ? { names } : {}) };
    },
    subject: () => (asked && instead && isBlank() ? instead : state.subject),
    refused() {
      asked = null;
    },
    /** @param {Reply} reply @param {Subject} subject */
    show(reply, subject) {
      newest = subject === instead ? newest : reply;
      const { cannot, taught } = reply;
      for (const each of [tools, shelf]) hide(each, Boolean(cannot));
      if (cannot) return cannot;
      if (taught && kept === asked) {
        asked = null;
        const [before, after] = [rows(taught.before), rows(taught.after)];
        kept = kept.map((each, i) => ({ ...each, before: before[i], after: after[i] }));
        file = taught.file;
        shelve();
        if (subject === instead) return told(kept, taught.cost);
        return `${told(kept, taught.cost)} The drawing on the pad was read as ${called(surest(before[kept.length]))}; now it is read as ${reads(after[kept.length])}.`;
      }
      enable();
      const answer = `Your drawing is read as ${reads(softmax(reply.logits.numbers))}.`;
      if (file) return `${answer} That is the network as it was; press Teach to see what the taught one says.`;
      if (!kept.length)
        return `${answer} If that is wrong, choose what it should be, keep the drawing, and teach it: up to ${MOST} drawings.`;
      return `${answer} ${kept.length === 1 ? '1 drawing is' : `${kept.length} drawings are`} kept; draw another, or press Teach.`;
    },
  };
}

const isBlank = () => !state.ink.length && state.picture === null;

/** @param {number} i @param {() => void} remove */
function shelved(i, remove) {
  const { element, call, paint } = picture('', `teach-kept-${i}`);
  const said = make(html`<div></div>`);
  const button = make(html`<button type="button" class="lab-button" data-testid="teach-remove-${i}">✕ Remove</button>`);
  button.addEventListener('click', remove);
  element.append(said, button);
  return {
    element,
    /** @param {Kept | undefined} kept nothing: the place is free */
    show(kept) {
      hide(element, !kept);
      if (!kept) return;
      const { label, before, after } = kept;
      call(`should be ${called(label)}`);
      button.ariaLabel = `Remove drawing ${i + 1}, which should be ${called(label)}`;
      paint(
        Float32Array.from(pixelsOf(kept.picture), (value) => value / 255),
        SIDE,
        { ink: true },
      );
      const rows = before && after ? Object.entries({ before, after }) : [];
      fill(
        said,
        html`${rows.map(
          ([when, row]) => html`
          <span class="teach-said">${when}: read as ${called(surest(row))}; ${called(label)} has ${percent(row[label])}</span>
          <span class="teach-bar" role="img" style="--share:${100 * row[label]}%" aria-label="${when}, ${percent(row[label])} for ${called(label)}"></span>`,
        )}`,
      );
    },
  };
}

/** @param {Kept[]} kept @param {Cost} cost */
function told(kept, cost) {
  const right = (/** @type {'before' | 'after'} */ when) =>
    kept.filter((each) => surest(each[when] ?? []) === each.label).length;
  const drawings = kept.length === 1 ? '1 drawing' : `${kept.length} drawings`;
  return `Taught with ${drawings}: ${right('after')} of ${kept.length} ${right('after') === 1 ? 'is' : 'are'} now read as you said (${right('before')} before). ${spent(cost)}`;
}

/** @param {Cost} cost */
function spent({ of, n, before, after }) {
  const share = (/** @type {number} */ wrong) => `${((100 * wrong) / n).toFixed(2)}\u00a0%`;
  if (of === 'mnist') return `On MNIST's test set it now misreads ${share(after)} instead of ${share(before)}.`;
  const own = `Of the program's own ${count(n)} digits, which it rehearsed meanwhile,`;
  if (of === 'digits')
    return `${own} it now misreads ${after} instead of ${before}; MNIST's test set was measured for the bundled network alone.`;
  return `${own} it answers ${after} otherwise than before.`;
}

/** @param {string} content base64 */
function save(content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytesOf(content)]));
  link.download = FILE;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
