import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { html } from '../../demo/static/core/element.js';

describe('html', () => {
  it('takes what is put in for text', () => {
    const text = html`<b title="${'"\'>'}">${'<i>&</i>'}</b>`.text;
    assert.equal(text, '<b title="&#34;&#39;&#62;">&#60;i&#62;&#38;&#60;/i&#62;</b>');
  });

  it('keeps its own markup, and strings lists together', () => {
    const rows = ['<', 2].map((value) => html`<li>${value}</li>`);
    assert.equal(html`<ul>${rows}</ul>`.text, '<ul><li>&#60;</li><li>2</li></ul>');
  });

  it('makes nothing of nothing, but something of 0', () => {
    assert.equal(html`${null}${undefined}${false}${''}${[]}|${0}`.text, '|0');
  });

  it('trusts no look-alike', () => {
    assert.equal(html`${{ text: '<b>', toString: () => '<i>' }}`.text, '&#60;i&#62;');
  });
});
