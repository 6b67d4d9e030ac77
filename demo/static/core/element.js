// Elements: found, written without trusting what is put into them, and changed only where they change.

/** Markup that is safe to put into the page: made by `html` alone. */
class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @typedef {string | number | null | undefined | false | Markup | Content[]} Content */

/** @param {Content} content @returns {string} */
function written(content) {
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(written).join('');
  if (content === null || content === undefined || content === false) return '';
  return String(content).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/**
 * A template of markup: html`<td>${value}</td>`. What is put in is text, unless it is such markup itself; lists are
 * strung together, and nothing comes of null, undefined and false.
 *
 * @param {TemplateStringsArray} strings
 * @param {...Content} contents
 */
export const html = (strings, ...contents) => new Markup(String.raw({ raw: strings }, ...contents.map(written)));

/** @param {Element} place @param {Markup} markup */
export function fill(place, markup) {
  place.innerHTML = markup.text;
}

/**
 * The element that markup describes, of the kind that is expected.
 *
 * @template {Element} [E=HTMLElement]
 * @param {Markup} markup
 * @param {new () => E} [kind]
 * @returns {E}
 */
export function make(markup, kind) {
  const template = document.createElement('template');
  template.innerHTML = markup.text.trim();
  return expected(template.content.firstElementChild, markup.text, kind);
}

/**
 * The element that a selector finds within another.
 *
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} within
 * @param {string} selector
 * @param {new () => E} [kind]
 * @returns {E}
 */
export const pick = (within, selector, kind) => expected(within.querySelector(selector), selector, kind);

/**
 * The same by its data-testid.
 *
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} within
 * @param {string} id
 * @param {new () => E} [kind]
 * @returns {E}
 */
export const find = (within, id, kind) => pick(within, `[data-testid=${id}]`, kind);

/**
 * @template {Element} E
 * @param {Element | null} found
 * @param {string} what
 * @param {new () => E} [kind]
 * @returns {E}
 */
function expected(found, what, kind) {
  if (!(found instanceof (kind ?? HTMLElement))) throw new TypeError(`${what} is not what was expected`);
  return /** @type {E} */ (found);
}

/** @type {WeakMap<Element, string>} what was written last */
const said = new WeakMap();

/**
 * Write a text into an element of text alone, if it is not there yet: every change is laid out anew. A translator or
 * highlighter may have put elements around the text, and other words into them.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (said.get(element) === text) return;
  said.set(element, text);
  const [node, ...others] = element.childNodes;
  if (!(node instanceof Text) || others.length) element.textContent = text;
  else if (node.data !== text) node.data = text;
}

/**
 * Hide an element or show it, if it is not so yet.
 *
 * @param {HTMLElement} element
 * @param {boolean} hidden
 */
export function hide(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/**
 * Whether an element has a place on the page: one in a tab that is not open has none.
 *
 * @param {Element} element
 */
export const isShown = (element) => element.getClientRects().length > 0;

/**
 * Let a button do something when it is pressed, say for a moment how that went, and then again what it does.
 *
 * @param {HTMLButtonElement} button
 * @param {() => unknown} action what it returns is said, if it is a text; otherwise `done`
 * @param {string} done
 */
export function press(button, action, done) {
  const label = button.textContent ?? '';
  let timer = 0;
  button.addEventListener('click', async () => {
    let told = done;
    try {
      const result = await action();
      if (typeof result === 'string') told = result;
    } catch {
      told = 'That did not work; try again';
    }
    say(button, told);
    clearTimeout(timer);
    timer = setTimeout(() => say(button, label), 1500);
  });
}

/**
 * Copy a text; where the clipboard is refused, as on a page of plain http or in a frame, it is shown after the button,
 * selected, to be copied by hand, for as long as it has the focus. Returns what is to be said then.
 *
 * @param {HTMLButtonElement} button
 * @param {string} text
 */
export async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    return undefined;
  } catch {
    const field = make(html`
      <code class="copy" tabindex="0" role="textbox" aria-readonly="true" aria-multiline="true" aria-label="Copy this">${text}</code>`);
    field.addEventListener('blur', () => field.remove());
    button.after(field);
    field.focus();
    getSelection()?.selectAllChildren(field);
    return 'Copy it from here:';
  }
}
