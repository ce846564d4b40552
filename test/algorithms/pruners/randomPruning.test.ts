import {expect, test} from 'vitest';
import {randomPruning} from '../../../src/algorithms/pruners/randomPruning.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {pruneRequest} from '../../support/layer.ts';

const pruner = randomPruning();
const values = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

test('drops exactly k slots, ascending, the same ones for the same seed', () => {
  for (const [fraction, k] of [
    [0, 0],
    [0.25, 3],
    [1, 10],
  ]) {
    const dropped = pruner.prune(pruneRequest(values, {fraction}));
    expect(dropped).toBeInstanceOf(Int32Array);
    expect(dropped.length).toBe(k);
    expect([...dropped]).toEqual([...new Set(dropped)].sort((a, b) => a - b));
    expect(pruner.prune(pruneRequest(values, {fraction}))).toEqual(dropped);
  }
});

test('every connection is dropped equally often, whatever its weight', () => {
  const random = seededRandom(3);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    for (const slot of pruner.prune(pruneRequest(values, {fraction: 0.3, random}))) counts[slot]++;
  }
  // 3000 expected each, standard deviation 46.
  for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(230);
});
