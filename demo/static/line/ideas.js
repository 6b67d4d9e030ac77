// How lines are read, in short, and how many lines each way of reading gets right.
import { fill, find, html } from '../core/element.js';
import { mountFold } from '../core/fold.js';

/** @param {HTMLElement} element @param {{ figures: string[][] }} props the first row of figures is their head */
export function mount(element, { figures: [head, ...rows] }) {
  mountFold(element);
  const body = rows.map(
    ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((text) => html`<td>${text}</td>`)}</tr>`,
  );
  fill(
    find(element, 'line-figures'),
    html`
    <thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
    <tbody>${body}</tbody>`,
  );
}
