import {dropLowestOfAll, magnitude} from 'itop';
import {expect, it} from 'vitest';
import {seededRandom} from '../../src/topology/random.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  layers: {shape: number[]}[];
  updates: {before: {weight: number[]; mask: number[]}[]; total_removed: number; mask_after_prune: number[][]}[];
}

describeReference('ranking over all layers against the threshold of sparse_learning', () => {
  const cases = readReference<Case[]>('snfs-global-threshold').flatMap(({name, layers, updates}) =>
    updates
      .filter(({mask_after_prune}) => mask_after_prune)
      .map((update, i) => ({name: `${name} ${i}`, layers, ...update})),
  );

  it.each(cases)('$name: of as many, the same connections go', ({layers, before, total_removed, mask_after_prune}) => {
    const requests = layers.map(({shape}, i) => {
      const topology = topologyFromTorch(shape, before[i].mask);
      const values = atActive(topology, fromTorch(shape, before[i].weight));
      // What is asked for is one number for the network; theirs stops near it, or never moves.
      const k = i === 0 ? total_removed : 0;
      return {name: `layer${i}`, topology, values, fraction: 0, k, left: values.length, random: seededRandom(1)};
    });
    const dropped = dropLowestOfAll(magnitude()).pruneAll!(requests);
    dropped.forEach((slots, i) => {
      const {next} = updateTopology(requests[i].topology, slots, new Int32Array(0));
      expect([...next.mask()]).toEqual(fromTorch(layers[i].shape, mask_after_prune[i]));
    });
  });
});
