// What surrounds a pad: buttons and keys for its history, the line that says how things are.
import { find, hide, isShown, pick, say } from '../core/element.js';

/** @typedef {import('./history.js').History} History */
/** @typedef {import('./history.js').Drawing} Drawing */

/**
 * Undo, redo and clear, by buttons and, while they are on the screen, by keys.
 *
 * @param {HTMLElement} element
 * @param {History} history
 * @param {string} [prefix] of the buttons' test ids
 */
export function mountTools(element, history, prefix = '') {
  const button = (/** @type {string} */ id) => find(element, prefix + id, HTMLButtonElement);
  const [undo, redo, clear] = ['undo', 'redo', 'clear'].map(button);
  undo.addEventListener('click', () => history.undo());
  redo.addEventListener('click', () => history.redo());
  clear.addEventListener('click', () => history.clear());
  history.drawing.show(['subject'], () => {
    undo.disabled = !history.past.length;
    redo.disabled = !history.future.length;
    clear.disabled = history.blank;
  });
  document.addEventListener('keydown', (event) => {
    const action = actionOf(event);
    if (!action || !isShown(element) || isTyping(event.target)) return;
    history[action]();
    event.preventDefault();
  });
}

/** @param {KeyboardEvent} event @returns {'undo' | 'redo' | 'clear' | null} */
function actionOf({ key, code, ctrlKey, metaKey, shiftKey }) {
  const command = ctrlKey || metaKey;
  // Where the layout has no such letter, the key in its place.
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace('Key', '').toLowerCase();
  if (command && letter === 'z') return shiftKey ? 'redo' : 'undo';
  if (command && letter === 'y') return 'redo';
  if (!command && (key === 'Delete' || key === 'Backspace')) return 'clear';
  return null;
}

// A text field keeps its own keys.
/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role=textbox]') !== null;

/** @param {HTMLElement} line @param {Drawing} drawing */
export function mountStatus(line, drawing) {
  drawing.show(['status'], () => {
    const { kind, text } = drawing.status;
    say(line, text);
    line.dataset.kind = kind;
  });
}

/**
 * What an empty pad says.
 *
 * @param {HTMLElement} frame
 * @param {History} history
 */
export function mountHint(frame, history) {
  const hint = pick(frame, '.pad-hint');
  history.drawing.show(['subject'], () => hide(hint, !history.blank));
}
