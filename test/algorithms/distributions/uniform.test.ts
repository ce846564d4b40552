import {expect, it} from 'vitest';
import {uniform} from '../../../src/algorithms/distributions/uniform.ts';

it('every layer gets the same density', () => {
  const layers = [
    {name: 'conv', shape: [3, 3, 1, 8]},
    {name: 'fc', shape: [32, 10]},
  ];
  expect(uniform()(layers, 0.2)).toEqual([0.2, 0.2]);
});
