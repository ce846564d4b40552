import {expect, test} from 'vitest';
import {TOYS} from '../../examples/playground/settings.ts';
import {points} from '../../examples/playground/worker/points.ts';

test.each(TOYS)('the points of %s are the same for a seed, half of each class, and fill the plane', (name) => {
  const {inputs, labels, count} = points(name, 400, 'train');
  expect(points(name, 400, 'train').inputs).toEqual(inputs);
  expect(points(name, 400, 'test').inputs).not.toEqual(inputs);
  expect(labels.filter((label) => label === 1)).toHaveLength(count / 2);
  expect(Math.min(...inputs)).toBeLessThan(40);
  expect(Math.max(...inputs)).toBeGreaterThan(215);
});

test('points of xor belong to class 0 where both coordinates have one sign', () => {
  const {inputs, labels} = points('xor', 200, 'train');
  labels.forEach((label, i) => {
    expect(inputs[2 * i] > 127.5 === inputs[2 * i + 1] > 127.5).toBe(label === 0);
  });
});
