import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cut } from '../../demo/static/ink/replay.js';

const STROKES = [
  [
    [0, 0],
    [0.3, 0.4],
    [0.3, 0.5],
  ],
  [
    [1, 1],
    [1, 2],
  ],
];

describe('replay', () => {
  it('draws as far as the pen has come', () => {
    assert.deepEqual(cut(STROKES, 0), { ink: [[[0, 0]]], whole: false });
    assert.deepEqual(cut(STROKES, 0.5), { ink: [STROKES[0].slice(0, 2)], whole: false });
    assert.deepEqual(cut(STROKES, 0.55), { ink: [STROKES[0].slice(0, 2)], whole: false });
    assert.deepEqual(cut(STROKES, 0.7), { ink: [STROKES[0], [[1, 1]]], whole: false });
    assert.deepEqual(cut(STROKES, 1.7), { ink: STROKES, whole: true });
  });
});
