import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Store } from '../../demo/static/core/store.js';
import { clip } from '../../demo/static/ink/clip.js';
import { erased } from '../../demo/static/ink/eraser.js';
import { History } from '../../demo/static/ink/history.js';
import { landed, statusOf } from '../../demo/static/ink/pen.js';

describe('clip', () => {
  it('leaves what is on the pad as it is', () => {
    const [from, to] = [
      [0.1, 0.2],
      [3.9, 1],
    ];
    assert.deepEqual(clip(from, to, 4), [from, to]);
    assert.equal(clip(from, to, 4)[1], to);
  });

  it('cuts at each of the four edges', () => {
    assert.deepEqual(clip([0.5, 0.5], [1.5, 0.5], 1), [
      [0.5, 0.5],
      [1, 0.5],
    ]);
    assert.deepEqual(clip([0.5, 0.5], [0.5, -0.5], 1), [
      [0.5, 0.5],
      [0.5, 0],
    ]);
    assert.deepEqual(clip([-1, 0.5], [2, 2], 4), [
      [0, 1],
      [0, 1],
    ]);
  });

  it('finds a way across the pad between two points beside it', () => {
    assert.deepEqual(clip([-0.5, 0], [0.5, 1], 1), [
      [0, 0.5],
      [0.5, 1],
    ]);
    assert.equal(clip([-0.5, 0.6], [0.5, 1.6], 1), null);
    assert.equal(clip([-0.5, -0.1], [1.5, -0.1], 1), null);
  });
});

describe('erased', () => {
  const [left, right] = [
    [
      [0.2, 0.2],
      [0.2, 0.8],
    ],
    [
      [0.8, 0.2],
      [0.8, 0.8],
    ],
  ];

  it('takes a stroke that is crossed between its points, and no other', () => {
    assert.deepEqual(erased([left, right], [0.1, 0.5], [0.5, 0.5]), [right]);
  });

  it('takes one that is nearly touched, and a dot', () => {
    assert.deepEqual(erased([left, right, [[0.5, 0.5]]], [0.82, 0.5], [0.82, 0.5]), [left, [[0.5, 0.5]]]);
    assert.deepEqual(erased([left, [[0.5, 0.5]]], [0.5, 0.52], [0.6, 0.52]), [left]);
    assert.deepEqual(erased([left], [0.24, 0.5], [0.6, 0.5]), [left]);
  });
});

describe('a stroke that is taken back', () => {
  it('was never there, and what could be redone still can', () => {
    const drawing = new Store();
    const history = new History(drawing);
    history.edit([[[1, 1]]]);
    history.undo();
    history.edit([[[2, 2]]]);
    history.takeBack();
    assert.deepEqual(drawing.ink, []);
    history.redo();
    assert.deepEqual(drawing.ink, [[[1, 1]]]);
  });
});

describe('what is said below a pad', () => {
  it('is how the answers come, until no more fits on it', () => {
    const ready = { kind: 'ready', text: 'Live' };
    const full = [Array.from({ length: 20000 }, () => [0, 0])];
    assert.equal(statusOf([full[0].slice(1)], ready), ready);
    assert.equal(statusOf(full, ready).kind, 'error');
    const lost = { kind: 'lost', text: 'gone' };
    assert.equal(statusOf(full, lost), lost);
  });
});

describe('what was written before the pen left the pad', () => {
  const slow = [
    [0.5, 0.2],
    [0.5, 0.35],
    [0.5, 0.5],
    [0.4, 0.6],
  ];
  const flight = [0.1, 0.7];

  it('is all of a line that was drawn to the edge and over it', () => {
    assert.deepEqual(landed(slow, [0.4, 0.75]), [...slow, [0.4, 0.75]]);
  });

  it('ends where the pen took off', () => {
    assert.deepEqual(landed(slow, [0.1, 1.1]), slow);
    assert.deepEqual(landed([...slow, flight], [-0.3, 0.8]), slow);
  });

  it('is all where the pen was as fast before, or has told of two places only', () => {
    const coarse = [
      [0.2, 0.2],
      [0.8, 0.2],
      [0.5, 0.8],
    ];
    assert.deepEqual(landed(coarse, [-0.1, 1]), [...coarse, [-0.1, 1]]);
    assert.deepEqual(landed([[0.5, 0.5]], [1.5, 0.5]), [
      [0.5, 0.5],
      [1.5, 0.5],
    ]);
  });
});
