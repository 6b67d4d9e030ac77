import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Store, state } from '../../demo/static/core/store.js';

const INK = [[[0.1, 0.2]]];
const cell = (column) => ({ layer: 'C1', map: 0, row: 0, column });

describe('store', () => {
  it('changes ink and picture in one step, and says so once', () => {
    const store = new Store();
    const heard = [];
    store.on(['ink', 'picture'], () => heard.push([store.ink, store.picture, store.subject]));
    store.update({ ink: INK, picture: '00' });
    assert.deepEqual(heard, [[INK, '00', { picture: '00' }]]);
    store.update({ ink: INK, picture: null });
    assert.deepEqual(heard[1], [INK, null, { ink: INK }]);
  });

  it('says nothing when nothing changes, and nothing of other things', () => {
    const store = new Store();
    let heard = 0;
    store.on(['ink', 'subject'], () => (heard += 1));
    store.update({ ink: store.ink, picture: null });
    store.update({});
    store.update({ status: { kind: 'ready', text: 'Live' } });
    assert.equal(heard, 0);
    store.update({ ink: INK });
    assert.equal(heard, 1);
  });

  it('announces the picture', () => {
    const store = new Store();
    let heard = 0;
    store.on(['picture'], () => (heard += 1));
    store.update({ picture: '00' });
    assert.equal(heard, 1);
  });

  it('keeps the subject itself while ink and picture stay', () => {
    const store = new Store();
    store.update({ ink: INK });
    const { subject } = store;
    store.update({ answer: { sequence: 1, subject } });
    assert.equal(store.subject, subject);
    assert.equal(store.answer.subject, store.subject);
    store.update({ ink: [...INK] });
    assert.notEqual(store.subject, subject);
  });

  it('calls who shows something at once, too', () => {
    const store = new Store();
    const seen = [];
    store.show(['ink'], () => seen.push(store.ink));
    store.update({ ink: INK });
    assert.deepEqual(seen, [[], INK]);
  });

  it('has a sound state in every listener, also when one of them updates it', () => {
    const store = new Store();
    const seen = [];
    store.on(['ink'], () => store.picture && store.update({ picture: null }));
    store.on(['ink', 'picture'], () => seen.push(store.subject));
    store.update({ ink: INK, picture: '00' });
    assert.deepEqual(seen.at(-1), { ink: INK });
    assert.deepEqual(store.subject, { ink: INK });
  });

  it('refuses what it does not hold', () => {
    assert.throws(() => new Store().update({ inc: INK }), /a store has no inc/);
  });
});

describe('the state of the first tab', () => {
  it('selects the cell under the pointer, or else the one opened last', () => {
    const heard = [];
    state.on(['selected'], () => heard.push(state.selected?.column));
    state.update({ pinned: [cell(1)] });
    state.update({ hover: cell(2) });
    state.update({ hover: cell(2) }); // the same cell again is no news
    state.update({ pinned: [cell(1), cell(3)] });
    state.update({ hover: null });
    state.update({ pinned: [cell(1)] });
    state.update({ pinned: [] });
    assert.deepEqual(heard, [1, 2, 3, 1, undefined]);
    assert.equal(state.selected, null);
  });

  it('tells cells apart by layer, map, row and column', () => {
    const at = { layer: 'C1', map: 1, row: 2, column: 3 };
    for (const other of [{ layer: 'S2' }, { map: 0 }, { row: 0 }, { column: 0 }]) {
      state.update({ hover: at });
      let heard = 0;
      state.on(['hover'], () => (heard += 1));
      state.update({ hover: { ...at } });
      assert.equal(heard, 0);
      state.update({ hover: { ...at, ...other } });
      assert.equal(heard, 1);
      state.update({ hover: null });
    }
  });

  it('asks about another network, and keeps the cells that it has', () => {
    const bundled = state.network;
    const other = { ...bundled, network: 'ab.1', layers: [{ name: 'C1', maps: 2, height: 4, width: 4 }] };
    state.update({ ink: INK, pinned: [cell(3)], hover: cell(1), answer: { sequence: 1 } });
    let heard = 0;
    state.on(['subject'], () => (heard += 1));
    state.update({ network: other });
    assert.deepEqual(state.subject, { ink: INK, network: 'ab.1' });
    assert.deepEqual([heard, state.pinned, state.hover, state.answer], [1, [cell(3)], null, null]);
    state.update({ picture: '00' });
    assert.deepEqual(state.subject, { picture: '00', network: 'ab.1' });
    state.update({ network: { ...other, network: 'ab.2', layers: [{ name: 'C1', maps: 2, height: 4, width: 3 }] } });
    assert.deepEqual(state.pinned, []); // there is no column 3 any more
    state.update({ network: bundled, picture: null, ink: [] });
    assert.deepEqual(state.subject, { ink: [] });
  });

  it('holds what other programs look for', () => {
    assert.deepEqual(state.ink, []);
    assert.equal(state.picture, null);
    assert.equal(state.answer, null);
  });
});
