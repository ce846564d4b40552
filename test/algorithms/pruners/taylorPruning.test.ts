import {expect, test} from 'vitest';
import {taylorPruning} from '../../../src/algorithms/pruners/taylorPruning.ts';
import {pruneRequest} from '../../support/layer.ts';

const pruner = taylorPruning();

test('drops the smallest (w · gradient)², by hand', () => {
  // (w · g)² = 4, 1, 9, 0, 0.25, 16. The three smallest: 0, 0.25, 1.
  const gradient = Float32Array.of(2, 0.1, 1, 0, -0.25, 4);
  expect([...pruner.prune(pruneRequest([1, -10, 3, 100, 2, -1], {gradient}))]).toEqual([1, 3, 4]);
});

test('weights or gradients of 0 go first, ties to the lower slot', () => {
  const gradient = Float32Array.of(1, 0, 1, 0, 1, 0);
  expect([...pruner.prune(pruneRequest([1, 1, 0, 1, 1, 1], {gradient}))]).toEqual([1, 2, 3]);
});

test('scores whose square is too small for float32 are still told apart', () => {
  const gradient = new Float32Array(4).fill(1e-20);
  expect([...pruner.prune(pruneRequest([4e-10, 1e-10, 3e-10, 2e-10], {gradient}))]).toEqual([1, 3]);
});

test('reads the gradient, and says so', () => {
  expect(pruner.needsGradient).toBe(true);
  expect(() => pruner.prune(pruneRequest([1, 2]))).toThrow(
    'taylorPruning: request.gradient must be the gradient at the active connections, received undefined. ' +
      'Pass it with the others.',
  );
});

test('at k = 0 nothing goes, at k = nnz all go', () => {
  const gradient = new Float32Array(3);
  expect(pruner.prune(pruneRequest([0, 1, 2], {gradient, fraction: 0})).length).toBe(0);
  expect([...pruner.prune(pruneRequest([0, 1, 2], {gradient, fraction: 1}))]).toEqual([0, 1, 2]);
});
