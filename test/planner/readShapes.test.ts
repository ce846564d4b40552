import {expect, it} from 'vitest';
import {readShapes} from '../../src/planner/readShapes.ts';

it('reads kernels of dense layers and convolutions, and several at once', () => {
  expect(readShapes(' 784x300, 2*3x3x64x128\n1×1×64x10;', 4)).toEqual([
    {text: '784x300', count: 1, shape: [784, 300]},
    {text: '2*3x3x64x128', count: 2, shape: [3, 3, 64, 128]},
    {text: '1×1×64x10', count: 1, shape: [1, 1, 64, 10]},
  ]);
  expect(readShapes('', 4)).toEqual([]);
});

it.each([
  '784',
  '784x',
  '784x0',
  '0*784x300',
  '2*',
  'x',
  '-3x4',
  '3.5x4',
  '784x300x',
  '9x99999999999999999999',
])('refuses %s', (word) => {
  expect(() => readShapes(`784x300 ${word}`, 4)).toThrow(
    `plan: layers must be kernel shapes like 784x300, 3x3x64x128 or 4*3x3x64x64, received ${word}. `,
  );
});
