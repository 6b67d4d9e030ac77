// How good the network is, from the weights' card; misread digits open in the explorer.
import { count } from '../core/format.js';
import { inkPalette, onTheme, picture, pixelsOf } from '../core/palette.js';

export function mount(element, { summary, confusion, rejectionCurve, misread }) {
  const find = (selector) => element.querySelector(selector);
  find('.figures tbody').innerHTML = summary
    .map(([what, value]) => `<tr><th scope="row">${what}</th><td>${value}</td></tr>`)
    .join('');

  const digits = confusion.map((_, digit) => digit);
  find('.confusion').innerHTML = `
    <thead><tr><td></td>${digits.map((digit) => `<th scope="col">${digit}</th>`).join('')}</tr></thead>
    <tbody>${confusion.map((row, is) => `<tr><th scope="row">${is}</th>${row.map((many, as) => confusionCell(many, is === as)).join('')}</tr>`).join('')}</tbody>`;

  find('.rejection').innerHTML = `
    <thead><tr><th scope="col">put aside</th><th scope="col">errors among the rest</th></tr></thead>
    <tbody>${rejectionCurve.map((point) => `<tr><td>${point.rejected_percent} %</td><td>${point.error_percent.toFixed(2)} %</td></tr>`).join('')}</tbody>`;

  const pictures = misread.map((each) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-label', `A ${each.digit}, read as ${each.read_as}. Explore it.`);
    button.innerHTML = `<img alt=""><span>${each.digit} as ${each.read_as}</span>`;
    button.addEventListener('click', () => document.dispatchEvent(new CustomEvent('lenet:explore', { detail: { picture: each.pixels } })));
    find('.misread').append(button);
    return [button.firstChild, pixelsOf(each.pixels)];
  });
  const show = () => pictures.forEach(([image, pixels]) => picture(image, pixels, 28, 28, 255, inkPalette()));
  onTheme(show);
  show();
}

function confusionCell(many, right) {
  if (!many) return '<td></td>';
  return `<td class="${right ? 'right' : 'wrong'}">${count(many)}</td>`;
}
