import {expect, test} from 'vitest';
import {complement} from '../../src/topology/sample.ts';
import {Topology} from '../../src/topology/topology.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {atActive, carry, toDense, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference, shapeFromTorch} from '../support/reference.ts';

type Slot = 'momentum_buffer' | 'exp_avg' | 'exp_avg_sq';
type State = {weight: number[]} & {[slot in Slot]?: number[]};

interface Case {
  optimizer: 'sgd' | 'adam';
  layers: {name: string; shape: number[]; mask: number[]; before: State; after: State}[];
}

const plain = (values: ArrayLike<number>) => Array.from(values, (value) => Math.fround(value) + 0); // −0 becomes 0

// A sparse weight holds its active values only: there is nothing to multiply with a mask after a step.
describeReference('sparse storage against the official masking', () => {
  const layers = readReference<Case[]>('apply-mask').flatMap(({optimizer, layers}) =>
    layers.map((layer) => ({...layer, optimizer, title: `${optimizer} ${layer.name}`})),
  );

  /** The layer dropped from dense to its mask, and what it held carried along. */
  function drop({shape, mask, before}: (typeof layers)[number]) {
    const active = topologyFromTorch(shape, mask).positions();
    const dense = Topology.dense(shapeFromTorch(shape));
    const {next, source} = updateTopology(dense, Int32Array.from(complement(dense.size, active)), new Int32Array(0));
    const slot = (name: 'weight' | Slot) => carry(fromTorch(shape, before[name] as number[]), source);
    return {next, slot};
  }

  test.each(
    layers,
  )('$title: a dropped connection has no value, which is the official weight times its mask', (layer) => {
    const {next, slot} = drop(layer);
    expect(slot('weight').length).toBe(layer.mask.reduce((a, b) => a + b, 0));
    expect(plain(toDense(next, slot('weight')))).toEqual(plain(fromTorch(layer.shape, layer.after.weight)));
  });

  test.each(layers.filter(({optimizer}) => optimizer === 'sgd'))('$title: and no momentum', (layer) => {
    const {next, slot} = drop(layer);
    const official = fromTorch(layer.shape, layer.after.momentum_buffer as number[]);
    expect(plain(toDense(next, slot('momentum_buffer')))).toEqual(plain(official));
  });

  test.each(
    layers.filter(({optimizer}) => optimizer === 'adam'),
  )('$title: and no moments, which the official code keeps for inactive connections and lets a grown one start with', (layer) => {
    const {next, slot} = drop(layer);
    const regrown = updateTopology(next, new Int32Array(0), complement(next.size, next.positions()));
    for (const name of ['exp_avg', 'exp_avg_sq'] as const) {
      const official = fromTorch(layer.shape, layer.after[name] as number[]);
      expect(plain(official)).toEqual(plain(fromTorch(layer.shape, layer.before[name] as number[])));
      expect(plain(slot(name))).toEqual(plain(atActive(next, official)));
      const mask = next.mask();
      const later = carry(slot(name), regrown.source);
      expect(plain(later)).toEqual(plain(official.map((moment, position) => (mask[position] ? moment : 0))));
      expect(official.some((moment, position) => mask[position] === 0 && moment !== 0)).toBe(true);
    }
  });
});
