import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLink, shareLink, thinned } from '../../demo/static/core/link.js';
import { LAYERS } from './layers.js';

const PAGE = 'https://example.org/lenet/?old=1#there';
const PICTURE = '0123456789abcdef'.repeat(98);
const CELL = { layer: 'C3', map: 3, row: 4, column: 5 };
const NOTHING = { ink: [], picture: null, cell: null, network: null };

const search = (shown) => new URL(shareLink(PAGE, { ...NOTHING, ...shown }, LAYERS)).search;

describe('link', () => {
  it('brings back ink, to a thousandth of the pad, and the cell', () => {
    const ink = [
      [
        [0.1234, 0.5],
        [1.2, -0.02],
      ],
      [[0, 3.9996]],
    ];
    const rounded = [
      [
        [0.123, 0.5],
        [1.2, -0.02],
      ],
      [[0, 4]],
    ];
    assert.deepEqual(readLink(search({ ink, cell: CELL }), LAYERS), { ...NOTHING, ink: rounded, cell: CELL });
  });

  it('brings back a picture instead of ink', () => {
    const shown = search({ ink: [[[0.1, 0.1]]], picture: PICTURE });
    assert.deepEqual(readLink(shown, LAYERS), { ...NOTHING, picture: PICTURE });
  });

  it('brings back which of the published networks is shown, and leaves out one that is not', () => {
    for (const network of ['lenet5-1998', 'textbook', 'moment-7']) {
      assert.equal(search({ network }), `?network=${network}`);
      assert.deepEqual(readLink(search({ network, cell: CELL }), LAYERS), { ...NOTHING, cell: CELL, network });
    }
    assert.equal(search({ network: `${'0123456789abcdef'.repeat(2)}.3` }), '');
    assert.equal(search({ network: `${'a'.repeat(32)}.3` }), '');
  });

  it('is the page itself where nothing is drawn', () => {
    assert.equal(shareLink(PAGE, NOTHING, LAYERS), 'https://example.org/lenet/');
    assert.deepEqual(readLink('', LAYERS), NOTHING);
  });

  it('is short', () => {
    assert.equal(
      search({
        ink: [
          [
            [0.25, 0.5],
            [0.3, 0.6],
          ],
          [[1, 1]],
        ],
      }),
      '?ink=250.500_300.600%7E1000.1000',
    );
  });

  it('leaves out what makes no sense', () => {
    const broken = [
      '?ink=~~',
      '?ink=x.y_1',
      '?ink=1e9.1e9',
      '?ink=10000.0',
      '?ink=1.2.3',
      '?ink=1.',
      '?cell=C9/1',
      '?network=',
      '?network=../x',
      `?network=${'a'.repeat(32)}.3`,
      '?picture=zz',
      `?picture=${PICTURE}0`,
      `?picture=${PICTURE.slice(1)}g`,
    ];
    for (const query of broken) assert.deepEqual(readLink(query, LAYERS), NOTHING, query);
  });
});

describe('a long drawing', () => {
  const wave = Array.from({ length: 6000 }, (_, i) => [0.3 + i / 15000, 0.2 + (i % 2) / 3000]);

  it('keeps its shape in a link of no more than 8,000 letters', () => {
    const link = shareLink(PAGE, { ...NOTHING, ink: [wave] }, LAYERS);
    assert.ok(link.length <= 8000);
    const [stroke] = readLink(new URL(link).search, LAYERS).ink;
    const close = ([x, y], [x1, y1]) => Math.hypot(x - x1, y - y1) < 0.001;
    assert.ok(close(stroke[0], wave[0]) && close(stroke.at(-1), wave.at(-1)));
  });

  it('has none where that is not enough, and takes no time to say so', () => {
    const shaded = Array.from({ length: 20000 }, (_, i) => [0.1 + 0.8 * (i % 2) * (1 - i / 40000), 0.1 + i / 25000]);
    assert.equal(shareLink(PAGE, { ...NOTHING, ink: [shaded] }, LAYERS), null);
  });

  it('loses only points near the line that is left', () => {
    const corner = [
      [0, 0],
      [0.5, 0.001],
      [1, 0],
      [1, 0.5],
      [1, 1],
    ];
    assert.deepEqual(thinned(corner, 0.01, 100), [
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
    assert.deepEqual(thinned([[0.5, 0.5]], 0.01, 100), [[0.5, 0.5]]);
    assert.equal(thinned(corner, 0.01, 2), null);
  });
});
