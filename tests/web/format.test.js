import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { count, number, percent } from '../../demo/static/core/format.js';

describe('format', () => {
  it('groups what is counted', () => {
    assert.equal(count(4821600), '4,821,600');
    assert.equal(count(16), '16');
  });

  it('writes measured values', () => {
    assert.deepEqual(
      [number(1.005), number(0.1234, 3), number(99.999, 3), number(123.456), number(123.456, 3), number(1000, 0)],
      ['1.00', '0.123', '99.999', '123.5', '123.46', '1000'],
    );
  });

  it('has a real minus sign, and none before nothing', () => {
    assert.deepEqual([number(-1.5), number(-0.001), number(-0), number(-123.45, 1)], ['−1.50', '0.00', '0.00', '−123']);
  });

  it('calls nothing certain that may be otherwise', () => {
    const told = [0, 0.0005, 0.001, 0.5, 0.999, 0.9995, 1].map((value) => percent(value).replace('\u00a0', ' '));
    assert.deepEqual(told, ['0.0 %', '<0.1 %', '0.1 %', '50.0 %', '99.9 %', '>99.9 %', '100.0 %']);
  });
});
