import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLink, shareLink } from '../../demo/static/core/link.js';
import { LAYERS } from './layers.js';

const PAGE = 'https://example.org/lenet/?old=1#there';
const PICTURE = '0123456789abcdef'.repeat(98);
const CELL = { layer: 'C3', map: 3, row: 4, column: 5 };
const NOTHING = { ink: [], picture: null, cell: null };

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
    assert.deepEqual(readLink(search({ ink, cell: CELL }), LAYERS), { ink: rounded, picture: null, cell: CELL });
  });

  it('brings back a picture instead of ink', () => {
    const shown = search({ ink: [[[0.1, 0.1]]], picture: PICTURE });
    assert.deepEqual(readLink(shown, LAYERS), { ink: [], picture: PICTURE, cell: null });
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
      '?picture=zz',
      `?picture=${PICTURE}0`,
      `?picture=${PICTURE.slice(1)}g`,
    ];
    for (const query of broken) assert.deepEqual(readLink(query, LAYERS), NOTHING, query);
  });
});
