import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, unpacked } from '../../demo/static/lab/numbers.js';

const PACKED = { shape: [2, 2], numbers: Buffer.from(Float32Array.of(1, 2, 3, -0.5).buffer).toString('base64') };

test('arrays are unpacked wherever they stand, and all else stays', () => {
  const reply = unpacked({ sequence: 3, said: 'so', list: [PACKED, null], inner: { map: PACKED, shape: [1] } });
  assert.deepEqual([...reply.list[0].numbers], [1, 2, 3, -0.5]);
  assert.deepEqual(reply.inner.map.shape, [2, 2]);
  assert.deepEqual(reply.inner.shape, [1]);
  assert.equal(reply.sequence, 3);
  assert.equal(reply.list[1], null);
});

test('rows are parts of the same numbers', () => {
  const { numbers, shape } = unpacked(PACKED);
  assert.deepEqual(
    rows({ numbers, shape }).map((row) => [...row]),
    [
      [1, 2],
      [3, -0.5],
    ],
  );
  assert.deepEqual(rows({ shape: [0, 4], numbers: new Float32Array() }), []);
});
