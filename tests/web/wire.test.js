import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, decode, granted, pixelsOf, values } from '../../demo/static/core/wire.js';
import { LAYERS } from './layers.js';

const packed = (halves) => Buffer.from(Uint16Array.from(halves).buffer).toString('base64');

describe('wire', () => {
  it('decodes every kind of float16', () => {
    const halves = [
      [0x0000, 0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
    ];
    for (const [bits, value] of halves) assert.equal(values(packed([bits]))[0], value);
    assert.ok(Number.isNaN(values(packed([0x7e00]))[0]));
    assert.ok(Object.is(values(packed([0x8000]))[0], -0));
  });

  it('gives each layer its own part, in their order', () => {
    const many = LAYERS.map(({ maps, height, width }) => maps * height * width);
    const total = many.reduce((a, b) => a + b);
    const all = values(packed(Array.from({ length: total }, (_, i) => i)));
    const layers = decode(packed(Array.from({ length: total }, (_, i) => i)), LAYERS);
    let start = 0;
    LAYERS.forEach(({ name }, i) => {
      assert.deepEqual(layers[name], all.slice(start, start + many[i]));
      start += many[i];
    });
    assert.equal(start, total);
  });

  it('reads bytes and pictures', () => {
    assert.deepEqual([...bytesOf('AAH+/w==')], [0, 1, 254, 255]);
    assert.deepEqual([...pixelsOf('00ff7f0a')], [0, 255, 127, 10]);
    assert.deepEqual([...pixelsOf('')], []);
  });

  it('passes a reply on, and throws what stands instead of one', () => {
    const reply = { code: 'x' };
    assert.equal(granted(reply), reply);
    assert.throws(() => granted({ error: 'The pad is full.' }), /^Error: The pad is full\.$/);
    for (const nothing of [undefined, null, 'x']) assert.throws(() => granted(nothing), /does not answer/);
  });
});
