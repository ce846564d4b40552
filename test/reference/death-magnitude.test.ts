import {expect, test} from 'vitest';
import {magnitudePruning} from '../../src/algorithms/pruners/magnitudePruning.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, pruneRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  death_rate: number;
  weight: number[];
  mask: number[];
  num_active_exactly_zero: number;
  num_remove_asked: number;
  new_mask: number[];
  num_removed: number;
}

/** The mask after magnitude pruning, in the layout of TensorFlow.js. */
function prune({shape, death_rate, weight, mask}: Case): Uint8Array {
  const topology = topologyFromTorch(shape, mask);
  const values = atActive(topology, fromTorch(shape, weight));
  const dropped = magnitudePruning().prune(pruneRequest(values, {topology, fraction: death_rate}));
  return updateTopology(topology, dropped, new Int32Array(0)).next.mask();
}

const count = (mask: ArrayLike<number>) => Array.from(mask).reduce((a, b) => a + b, 0);

describeReference('magnitude pruning against the official magnitude death', () => {
  const cases = readReference<Case[]>('death-magnitude');
  const sameCount = cases.filter((each) => each.num_removed === each.num_remove_asked);
  const otherCount = cases.filter((each) => each.num_removed !== each.num_remove_asked);

  test.each(sameCount)('$name: the same connections', (each) => {
    expect([...prune(each)]).toEqual(fromTorch(each.shape, each.new_mask));
  });

  test('the official count differs from the count asked for only where weights tie or are exactly 0', () => {
    expect(otherCount.map(({name}) => name)).toEqual([
      'ties-at-threshold',
      'all-equal',
      'active-zeros-more-than-asked',
      'active-zeros-rate-zero',
    ]);
  });

  test.each(otherCount)('$name: exactly as many as asked, all of them among those the official code drops', (each) => {
    const mask = prune(each);
    const official = fromTorch(each.shape, each.new_mask);
    expect(count(each.mask) - count(mask)).toBe(each.num_remove_asked);
    expect(official.every((kept, position) => kept === 0 || mask[position] === 1)).toBe(true);
  });
});
