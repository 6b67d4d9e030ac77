import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, before, layerOf, parse, spoken, unit } from '../../demo/static/core/cells.js';
import { LAYERS } from './layers.js';

const named = (name) => LAYERS.find((layer) => layer.name === name);

describe('cells', () => {
  it('has an address for every unit, and finds it again', () => {
    for (const layer of LAYERS) {
      const units = layer.maps * layer.height * layer.width;
      for (const i of [0, 1, 27, 28, 29, Math.floor(units / 2), units - 1].filter((i) => i < units)) {
        const cell = unit(layer, i);
        assert.deepEqual(parse(LAYERS, address(layer, cell)), cell);
        assert.equal((cell.map * layer.height + cell.row) * layer.width + cell.column, i);
      }
    }
    assert.equal(address(named('C3'), { map: 7, row: 4, column: 2 }), 'C3/7/4/2');
    assert.equal(address(named('F6'), { map: 7, row: 0, column: 0 }), 'F6/7');
  });

  it('reads an address however it is written', () => {
    const cell = { layer: 'S4', map: 2, row: 1, column: 3 };
    for (const text of [' s4/2/1/3 ', 'S4 2 1 3', 'S4, 2, 1, 3']) assert.deepEqual(parse(LAYERS, text), cell);
    assert.deepEqual(parse(LAYERS, 'f6/83'), { layer: 'F6', map: 83, row: 0, column: 0 });
  });

  it('knows what is no cell', () => {
    const wrong = [
      '',
      'C9/1',
      'C1',
      'C1/1/1',
      'C1/6/0/0',
      'C1/0/28/0',
      'C1/0/0/28',
      'C1/-1/0/0',
      'C1/0/0.5/0',
      'F6/84',
      'F6/1/0/0',
      'C1/a/0/0',
    ];
    for (const text of wrong) assert.equal(parse(LAYERS, text), null, text);
  });

  it('says a cell in words', () => {
    const place = { map: 7, row: 4, column: 2 };
    assert.equal(spoken(named('C3'), place), 'C3 map 7, row 4, column 2');
    assert.equal(spoken(named('input'), { ...place, map: 0 }), 'input, row 4, column 2');
    assert.equal(spoken(named('F6'), place), 'F6 unit 7');
    assert.equal(spoken(named('output'), place), 'output for digit 7');
  });

  it('finds the layer of a cell and the one before', () => {
    const cell = { layer: 'S2', map: 0, row: 0, column: 0 };
    assert.equal(layerOf(LAYERS, cell).name, 'S2');
    assert.equal(before(LAYERS, cell).name, 'C1');
  });
});
