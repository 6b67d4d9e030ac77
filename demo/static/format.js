// Numbers as people read them.
const counts = new Intl.NumberFormat('en-US');

export const count = (value) => counts.format(value);

// A measured value: three or four significant digits, a real minus sign.
export function number(value, digits = 2) {
  const text = Math.abs(value) >= 100 ? value.toFixed(Math.max(0, digits - 1)) : value.toFixed(digits);
  return text.replace(/^-(?=.*[1-9])/, '−').replace(/^-/, '');
}

export const percent = (value) => (value > 0 && value < 0.001 ? '<0.1 %' : `${(100 * value).toFixed(1)} %`);

// Write a text into an element, if it is not there yet: every change is laid out anew.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
