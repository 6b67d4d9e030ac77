import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, decode, granted, opened, pixelsOf, sent, stepsOf, values } from '../../demo/static/core/wire.js';
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
    const layers = decode({ values: packed(Array.from({ length: total }, (_, i) => i)) }, LAYERS);
    let start = 0;
    LAYERS.forEach(({ name }, i) => {
      assert.deepEqual(layers[name], all.slice(start, start + many[i]));
      start += many[i];
    });
    assert.equal(start, total);
  });

  it('takes the steps of every map, its bytes, and float16 of layers without maps', () => {
    const layers = [
      { name: 'C1', kind: 'convolution', maps: 2, height: 2, width: 2 },
      { name: 'F6', kind: 'fully connected', maps: 2, height: 1, width: 1 },
    ];
    const steps = new Uint8Array(Float32Array.from([0.5, 2]).buffer);
    const values = Uint8Array.from([9, ...steps, 127, 0, 255, 1, 1, 2, 3, 254, 0x00, 0x3c, 0x00, 0xc0]).subarray(1);
    assert.deepEqual(decode({ values }, layers), {
      C1: Float32Array.from([63.5, 0, -0.5, 0.5, 2, 4, 6, -4]),
      F6: Float32Array.from([1, -2]),
    });
  });

  // Of C1, of 2 maps, and S2.
  const POOLED = [
    { name: 'C1', kind: 'convolution', maps: 2, height: 4, width: 4 },
    { name: 'S2', kind: 'pooling', maps: 2, height: 2, width: 2, kernel: 2, stride: 2 },
    { name: 'C3', kind: 'convolution', maps: 1, height: 2, width: 2 },
  ];
  const floats = (...numbers) => new Uint8Array(Float32Array.from(numbers).buffer);
  const first = [1, 2, 0, 0, 4, 3, 0, 5, 0, 0, 9, 0, 8, 0, 7, 6];
  const second = [0, 8, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 2, 0];

  it('takes the largest of four where nothing is sent of pooling', () => {
    const values = Uint8Array.from([...floats(1, 0.5, 2), ...first, ...second, 3, 1, 9, 7]);
    const found = decode({ values }, POOLED);
    assert.deepEqual(found.S2, Float32Array.from([4, 5, 8, 9, 4, 3, 0, 1]));
    assert.deepEqual(found.C3, Float32Array.from([6, 2, 18, 14]));
  });

  it('takes the largest of four below 0, too, and leaves out the last row and column of an odd size', () => {
    const odd = [
      { name: 'C1', kind: 'convolution', maps: 2, height: 3, width: 5 },
      { name: 'S2', kind: 'pooling', maps: 2, height: 1, width: 2, kernel: 2, stride: 2 },
    ];
    const below = [-9, -8, -3, -4, 99, -7, -6, -5, -2, 99, 99, 99, 99, 99, 99].map((value) => value & 255);
    const values = Uint8Array.from([...floats(1, 0.5), ...below, ...below]);
    assert.deepEqual(decode({ values }, odd).S2, Float32Array.from([-6, -2, -3, -1]));
  });

  it('takes what is sent of pooling', () => {
    const pooled = [1, 2, 3, 4, 5, 6, 7, 8];
    const values = Uint8Array.from([...floats(1, 0.5, 3, 4, 2), ...first, ...second, ...pooled, 3, 1, 9, 7]);
    const found = decode({ values, whole: true }, POOLED);
    assert.deepEqual(found.S2, Float32Array.from([3, 6, 9, 12, 20, 24, 28, 32]));
    assert.deepEqual(found.C3, Float32Array.from([6, 2, 18, 14]));
  });

  it('opens a reply with numbers behind it', () => {
    const of = (head, numbers) => {
      const text = Buffer.from(JSON.stringify(head));
      return Uint8Array.from([text.length, 0, 0, 0, ...text, ...numbers]).buffer;
    };
    assert.deepEqual(opened(of({ sequence: 7 }, [1, 255])), { sequence: 7, values: Uint8Array.from([1, 255]) });
    assert.deepEqual(opened(of({ error: 'No.' }, [])), { error: 'No.' });
  });

  // What the server makes of it.
  const taken = ({ unit, steps }) =>
    steps.map((stroke) => {
      let [x, y] = [0, 0];
      const points = [];
      for (let i = 0; i < stroke.length; i += 2) {
        x += stroke[i];
        y += stroke[i + 1];
        points.push([x * unit, y * unit]);
      }
      return points;
    });
  const circle = (count, size) =>
    Array.from({ length: count }, (_, i) => [size * (1 + Math.sin(i / 50)), size * (1 + Math.cos(i / 50))]);
  const near = (a, b, within) => Math.hypot(a[0] - b[0], a[1] - b[1]) <= within;

  it('sends ink in steps that lie within a sixtieth of a pixel', () => {
    for (const size of [0.01, 0.3, 4]) {
      const ink = [circle(300, size), [[size, size]], [], circle(9, size)];
      const pixel = Math.max((2 * size) / 17.5, 0.02 / 17.5);
      const found = taken(stepsOf(ink));
      assert.deepEqual(
        found.map(({ length }) => length > 0),
        [true, true, false, true],
      );
      found.forEach((stroke, i) => {
        for (const point of stroke) assert.ok(ink[i].some((each) => near(each, point, pixel / 60)));
        for (const point of ink[i]) assert.ok(stroke.some((each) => near(each, point, 0.45 * pixel)));
        if (stroke.length) assert.ok(near(ink[i].at(-1), stroke.at(-1), pixel / 60));
      });
    }
  });

  it('sends no more however long the pen took', () => {
    const bytes = (ink) => JSON.stringify(stepsOf(ink)).length;
    assert.ok(bytes([circle(120, 0.3)]) < 1000);
    assert.ok(bytes([circle(300, 0.3)]) < 1400);
    const slow = circle(300, 0.3).flatMap((point) => Array(40).fill(point));
    assert.ok(bytes([slow]) < 1400);
  });

  it('takes the lower side of a line for the height of a digit', () => {
    const ink = [circle(50, 0.3), circle(50, 0.3).map(([x, y]) => [x + 5, y])];
    assert.ok(stepsOf(ink, Math.min).unit < stepsOf(ink).unit / 5);
  });

  it('sends a picture as it is', () => {
    assert.deepEqual(sent({ picture: '00ff', sequence: 3 }), { picture: '00ff', sequence: 3 });
    assert.deepEqual(sent({ ink: [], sequence: 3 }), { ...stepsOf([]), sequence: 3 });
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
