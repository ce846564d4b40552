import {expect, test} from 'vitest';
import {thresholdPruning} from '../../../src/algorithms/pruners/thresholdPruning.ts';
import {pruneRequest} from '../../support/layer.ts';

test('drops every magnitude up to the threshold, the threshold itself included, whatever fraction is asked', () => {
  const values = [0.5, -0.25, 0.1, -0.5, 0.75, 0];
  for (const fraction of [0, 0.5, 1]) {
    expect([...thresholdPruning(0.5).prune(pruneRequest(values, {fraction}))]).toEqual([0, 1, 2, 3, 5]);
  }
});

test('compares in float32: 0.1 is dropped at 0.1', () => {
  expect([...thresholdPruning(0.1).prune(pruneRequest([0.1, -0.1, 0.11]))]).toEqual([0, 1]);
});

test('a threshold of 0 drops zeros, one above all weights drops all', () => {
  expect([...thresholdPruning(0).prune(pruneRequest([1e-40, 0, -0]))]).toEqual([1, 2]);
  expect([...thresholdPruning(9).prune(pruneRequest([1, -8]))]).toEqual([0, 1]);
  expect(thresholdPruning(1).prune(pruneRequest([])).length).toBe(0);
});

test('refuses a threshold that is negative or no number', () => {
  expect(() => thresholdPruning(-0.1)).toThrow(
    'thresholdPruning: threshold must be at least 0, received -0.1. ' +
      'Give the magnitude up to which connections are dropped.',
  );
  expect(() => thresholdPruning(Number.NaN)).toThrow(RangeError);
});
