import {expect, test} from 'vitest';
import {checkFinite} from '../../src/topology/checkFinite.ts';

test('numbers that are all finite pass, and so do none', () => {
  expect(() => checkFinite('save', 'weights', [0, -0, 1e308, -5])).not.toThrow();
  expect(() => checkFinite('save', 'weights', new Float32Array(0))).not.toThrow();
});

test('the first that is not is named with its place', () => {
  expect(() => checkFinite('save', 'weights', Float32Array.of(1, Number.NaN, Infinity))).toThrow(
    new RangeError(
      'save: weights must be finite, received NaN at index 1. The training has diverged: go on from an earlier state, with a lower ' +
        'learning rate.',
    ),
  );
  const options = {place: 'position', begin: 40, advice: 'Check the data.'};
  expect(() => checkFinite('save', 'scores', [0, 0, -Infinity], options)).toThrow(
    new RangeError('save: scores must be finite, received -Infinity at position 42. Check the data.'),
  );
});

test('one that is not is found at any place', () => {
  for (let place = 0; place < 11; place++) {
    for (const number of [Number.NaN, Infinity, -Infinity]) {
      const numbers = new Float32Array(11).fill(3e38);
      numbers[place] = number;
      expect(() => checkFinite('save', 'weights', numbers)).toThrow(`received ${number} at index ${place}.`);
    }
  }
});
