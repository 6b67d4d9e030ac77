// Numbers as people read them.
const counts = new Intl.NumberFormat('en-US');

export const count = (value) => counts.format(value);

// A measured value: three or four significant digits, a real minus sign.
export function number(value, digits = 2) {
  const text = Math.abs(value) >= 100 ? value.toFixed(Math.max(0, digits - 1)) : value.toFixed(digits);
  return text.replace(/^-(?=.*[1-9])/, '−').replace(/^-/, '');
}

// A probability; nothing that may be otherwise is called certain. The space does not break.
export function percent(value) {
  if (value > 0 && value < 0.001) return '<0.1\u00a0%';
  if (value > 0.999 && value < 1) return '>99.9\u00a0%';
  return `${(100 * value).toFixed(1)}\u00a0%`;
}

// Write a text into an element of text alone, if it is not there yet: every change is laid out anew.
export function say(element, text) {
  const node = element.firstChild;
  if (!node) element.textContent = text;
  else if (node.data !== text) node.data = text;
}

// Hide an element or show it, if it is not so yet.
export function hide(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}
