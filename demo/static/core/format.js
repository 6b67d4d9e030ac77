// Numbers as people read them.
const counts = new Intl.NumberFormat('en-US');

/** @param {number} value */
export const count = (value) => counts.format(value);

/**
 * A measured value: three or four significant digits, a real minus sign.
 *
 * @param {number} value
 * @param {number} [digits] after the point
 */
export function number(value, digits = 2) {
  const text = Math.abs(value) >= 100 ? value.toFixed(Math.max(0, digits - 1)) : value.toFixed(digits);
  return text.replace(/^-(?=.*[1-9])/, '−').replace(/^-/, '');
}

/**
 * A probability; nothing that may be otherwise is called certain. The space does not break.
 *
 * @param {number} value
 */
export function percent(value) {
  if (value > 0 && value < 0.001) return '<0.1\u00a0%';
  if (value > 0.999 && value < 1) return '>99.9\u00a0%';
  return `${(100 * value).toFixed(1)}\u00a0%`;
}
