import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { line } from '../../demo/static/line/line.js';
import { fitted, placed, stripOf } from '../../demo/static/line/place.js';

describe('the wide pad', () => {
  it('places ink by the height of the pad', () => {
    const { at, ofStrip } = placed({ subject: { ink: [] }, placement: [56, 10, -14] }, { width: 400, height: 100 });
    assert.deepEqual(at(2, 0.5), [200, 50]);
    assert.deepEqual(ofStrip(66, 42), [100, 100]);
  });

  it('places a photo in the middle, as large as fits', () => {
    assert.deepEqual(fitted({ width: 100, height: 28 }, { width: 400, height: 100 }), {
      scale: 80 / 28,
      left: (400 - 8000 / 28) / 2,
      top: 10,
    });
    assert.deepEqual(fitted({ width: 200, height: 28 }, { width: 400, height: 100 }), { scale: 2, left: 0, top: 22 });
    const picture = '00'.repeat(28 * 200);
    assert.equal(stripOf(picture).width, 200);
    const { at, ofStrip } = placed({ subject: { picture }, placement: [0, 0, 0] }, { width: 400, height: 100 });
    assert.deepEqual(at(10, 5), [20, 32]);
    assert.deepEqual(ofStrip(10, 5), [20, 32]);
  });

  it('places nothing for an empty strip', () => {
    const { ofStrip } = placed({ subject: { ink: [] }, placement: [0, 0, 0] }, { width: 400, height: 100 });
    assert.deepEqual(ofStrip(3, 4), [0, 0]);
  });

  it('lets the place follow from answer and size, and forgets a column that is gone', () => {
    const answer = (columns) => ({ sequence: 1, subject: { ink: [] }, placement: [28, 0, 0], columns });
    line.update({ size: { width: 400, height: 100 }, answer: answer(9), column: 8 });
    assert.deepEqual(line.place.at(1, 1), [100, 100]);
    line.update({ size: { width: 300, height: 50 } });
    assert.deepEqual(line.place.at(1, 1), [50, 50]);
    assert.equal(line.column, 8);
    line.update({ answer: answer(8) });
    assert.equal(line.column, null);
  });
});
