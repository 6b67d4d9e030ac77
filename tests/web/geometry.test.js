import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { influence, position, receptiveField } from '../../demo/static/core/geometry.js';
import { LAYERS } from './layers.js';

const at = (layer, map = 0, row = 0, column = 0) => ({ layer, map, row, column });

// Row r of a layer reads these rows of the layer before: the definition itself, one step.
const reads = ({ kernel, stride, padding }, r, size) =>
  Array.from({ length: kernel }, (_, k) => r * stride - padding + k).filter((row) => row >= 0 && row < size);

describe('geometry', () => {
  it('knows how much of the picture a cell sees, away from the edge', () => {
    const seen = { C1: 5, S2: 6, C3: 14, S4: 16, C5: 28 };
    for (const [name, size] of Object.entries(seen)) {
      const middle = Math.floor(LAYERS[position(LAYERS, name)].height / 2);
      const { top, bottom, left, right } = receptiveField(LAYERS, at(name, 0, middle, middle)).input;
      assert.deepEqual([bottom - top + 1, right - left + 1], [size, size], name);
    }
  });

  it('sees what the layers read, step by step, at every row and column', () => {
    LAYERS.forEach((layer, i) => {
      for (let r = 0; r < layer.height; r += 1) {
        const boxes = receptiveField(LAYERS, at(layer.name, 0, r, layer.width - 1 - r));
        let [rows, columns] = [[r], [layer.width - 1 - r]];
        for (let j = i; j > 0; j -= 1) {
          const size = LAYERS[j - 1].height;
          rows = [...new Set(rows.flatMap((row) => reads(LAYERS[j], row, size)))].sort((a, b) => a - b);
          columns = [...new Set(columns.flatMap((row) => reads(LAYERS[j], row, size)))].sort((a, b) => a - b);
          const { top, bottom, left, right } = boxes[LAYERS[j - 1].name];
          assert.deepEqual([top, bottom, left, right], [rows[0], rows.at(-1), columns[0], columns.at(-1)]);
        }
        assert.equal(Object.keys(boxes).length, i);
      }
    });
  });

  it('reaches exactly what sees it', () => {
    LAYERS.forEach((layer, i) => {
      for (let r = 0; r < layer.height; r += 1) {
        const boxes = influence(LAYERS, at(layer.name, 0, r, r));
        for (const later of LAYERS.slice(i + 1)) {
          const rows = Array.from({ length: later.height }, (_, row) => row).filter((row) => {
            const { top, bottom } = receptiveField(LAYERS, at(later.name, 0, row, row))[layer.name];
            return top <= r && r <= bottom;
          });
          const box = boxes[later.name];
          assert.deepEqual(
            box ? [box.top, box.bottom, box.left, box.right] : [],
            rows.length ? [rows[0], rows.at(-1), rows[0], rows.at(-1)] : [],
          );
        }
      }
    });
  });

  it('reaches nothing from what no window covers', () => {
    const shape = { kind: 'pooling', maps: 1, kernel: 2, stride: 2, padding: 0, parameters: 0 };
    const layers = [5, 2, 1].map((size, i) => ({ ...shape, name: `L${i}`, height: size, width: size }));
    assert.deepEqual(influence(layers, at('L0', 0, 4, 0)), {});
    assert.deepEqual(influence(layers, at('L0', 0, 0, 4)), {});
    assert.deepEqual(Object.keys(influence(layers, at('L0', 0, 3, 3))), ['L1', 'L2']);
  });

  it('keeps to one map through pooling, and to none through anything else', () => {
    const seen = receptiveField(LAYERS, at('S4', 7, 1, 1));
    assert.deepEqual(
      Object.values(seen).map(({ maps }) => maps),
      [[7], null, null, null],
    );
    const reached = influence(LAYERS, at('C1', 3, 5, 5));
    assert.deepEqual([reached.S2.maps, reached.C3.maps, reached.output.maps], [[3], null, null]);
  });

  it('follows a table of which map reads which, both ways', () => {
    const reads = Array.from({ length: 16 }, (_, map) => (map < 2 ? [map, map + 1] : [5]));
    const layers = LAYERS.map((layer) => (layer.name === 'C3' ? { ...layer, reads } : layer));
    const seen = receptiveField(layers, at('S4', 1, 1, 1));
    assert.deepEqual([seen.C3.maps, seen.S2.maps, seen.C1.maps, seen.input.maps], [[1], [1, 2], [1, 2], null]);
    const reached = influence(layers, at('C1', 1, 9, 9));
    assert.deepEqual([reached.S2.maps, reached.C3.maps, reached.S4.maps, reached.C5.maps], [[1], [0, 1], [0, 1], null]);
    assert.deepEqual(influence(layers, at('C1', 4, 9, 9)).C3.maps, []);
  });
});
