import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Store } from '../../demo/static/core/store.js';
import { History } from '../../demo/static/ink/history.js';

const stroke = (n) => [[n, n]];

function drawn(...numbers) {
  const drawing = new Store();
  const history = new History(drawing);
  for (const n of numbers) history.edit([...drawing.ink, stroke(n)]);
  return { drawing, history };
}

describe('history', () => {
  it('goes back and forth through every version', () => {
    const { drawing, history } = drawn(1, 2);
    history.undo();
    assert.deepEqual(drawing.ink, [stroke(1)]);
    history.undo();
    history.undo(); // there is nothing before nothing
    assert.deepEqual(drawing.ink, []);
    history.redo();
    history.redo();
    history.redo();
    assert.deepEqual(drawing.ink, [stroke(1), stroke(2)]);
  });

  it('takes what was drawn on since into the version', () => {
    const { drawing, history } = drawn(1);
    drawing.update({ ink: [[...drawing.ink[0], [2, 2]]] });
    history.undo();
    history.redo();
    assert.deepEqual(drawing.ink, [
      [
        [1, 1],
        [2, 2],
      ],
    ]);
  });

  it('forgets what was undone when something new is drawn', () => {
    const { drawing, history } = drawn(1, 2);
    history.undo();
    history.edit([stroke(3)]);
    history.redo();
    assert.deepEqual(drawing.ink, [stroke(3)]);
    assert.equal(history.future.length, 0);
  });

  it('keeps ink and picture together, and changes both in one step', () => {
    const { drawing, history } = drawn(1);
    const seen = [];
    drawing.on(['ink', 'picture'], () => seen.push([drawing.ink.length, drawing.picture]));
    history.edit([], 'ff');
    history.undo();
    history.redo();
    history.edit([stroke(2)]);
    assert.deepEqual(seen, [
      [0, 'ff'],
      [1, null],
      [0, 'ff'],
      [1, null],
    ]);
  });

  it('clears what is there, once, and a clear can be undone', () => {
    const { drawing, history } = drawn(1);
    history.clear();
    assert.deepEqual(drawing.ink, []);
    assert.ok(history.blank);
    history.clear();
    assert.equal(history.past.length, 2);
    history.undo();
    assert.deepEqual(drawing.ink, [stroke(1)]);
    history.edit([], 'ff');
    assert.ok(!history.blank);
    history.clear();
    assert.equal(drawing.picture, null);
  });

  it('counts the versions that were left, so that a replay can stop', () => {
    const { drawing, history } = drawn(1);
    const { edits } = history;
    drawing.update({ ink: [] });
    assert.equal(history.edits, edits);
    for (const step of ['undo', 'redo', 'clear']) {
      drawing.update({ ink: [stroke(1)] });
      const before = history.edits;
      history[step]();
      assert.equal(history.edits, before + 1, step);
    }
  });
});
