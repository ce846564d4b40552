import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {mixedGrowth} from '../../src/algorithms/growers/mixedGrowth.ts';
import {randomGrowth} from '../../src/algorithms/growers/randomGrowth.ts';
import {unexploredFirstGrowth} from '../../src/algorithms/growers/unexploredFirstGrowth.ts';
import {magnitudePruning} from '../../src/algorithms/pruners/magnitudePruning.ts';
import {randomPruning} from '../../src/algorithms/pruners/randomPruning.ts';
import {setPruning} from '../../src/algorithms/pruners/setPruning.ts';
import {taylorPruning} from '../../src/algorithms/pruners/taylorPruning.ts';
import {thresholdPruning} from '../../src/algorithms/pruners/thresholdPruning.ts';
import type {Grower, Pruner} from '../../src/algorithms/types.ts';
import {type ConnectivityRequest, updateConnectivity} from '../../src/algorithms/updateConnectivity.ts';
import {createPositionSet} from '../../src/topology/positionSet.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {anyTopology, denseGradient, someNumbers} from '../support/layer.ts';

/** A layer with given values and gradients, magnitude pruning and gradient growth unless told otherwise. */
function layer(topology: Topology, request: Partial<ConnectivityRequest> = {}): ConnectivityRequest {
  const explored = createPositionSet(topology.size);
  explored.add(topology.positions());
  return {
    topology,
    values: someNumbers(topology.nnz, 1),
    gradientAtActive: someNumbers(topology.nnz, 2),
    denseGradient: denseGradient(someNumbers(topology.size, 3)),
    explored,
    fraction: 0.3,
    pruner: magnitudePruning(),
    grower: gradientGrowth(),
    random: seededRandom(4),
    ...request,
  };
}

const small = Topology.fromPositions([2, 5], [1, 3, 4, 8]);

describe('updateConnectivity', () => {
  it('is one update of RigL, by hand', () => {
    // Active 1, 3, 4, 8 with the weights 0.5, −0.1, 2, 0.2. Half go: 3 and 8. Then inactive are 0, 2, 3, 5, 6, 7, 8, 9 with
    // |gradient| 1, 0, 7, 2, 9, 3, 0, 4: 3 and 6 grow. 3 returns from its slot 1, 6 is new.
    const update = updateConnectivity(
      layer(small, {
        values: Float32Array.of(0.5, -0.1, 2, 0.2),
        denseGradient: denseGradient([1, 50, 0, -7, 50, 2, 9, -3, 0, 4]),
        fraction: 0.5,
      }),
    );
    expect([...update.dropped]).toEqual([3, 8]);
    expect([...update.grown]).toEqual([3, 6]);
    expect([...update.next.positions()]).toEqual([1, 3, 4, 6]);
    expect([...update.source]).toEqual([0, 1, 2, -1]);
  });

  it('rounds the count up in double arithmetic', () => {
    // 0.07 · 100 is 7.000000000000001.
    const topology = Topology.random([20, 20], 100, seededRandom(1));
    expect(updateConnectivity(layer(topology, {fraction: 0.07})).dropped.length).toBe(8);
    expect(updateConnectivity(layer(topology, {fraction: 0.29})).dropped.length).toBe(29);
    expect(updateConnectivity(layer(topology, {fraction: 0.001})).dropped.length).toBe(1);
    expect(updateConnectivity(layer(topology, {fraction: 0})).next.equals(topology)).toBe(true);
  });

  const pruners = [magnitudePruning(), setPruning(), taylorPruning(), randomPruning(), thresholdPruning(0.3)];
  const growers = [
    randomGrowth(),
    unexploredFirstGrowth(),
    gradientGrowth(),
    mixedGrowth([
      [0.5, gradientGrowth()],
      [0.5, unexploredFirstGrowth()],
    ]),
  ];
  it('keeps nnz, drops active connections, grows inactive ones and repeats with its seed, with any two strategies', () => {
    fc.assert(
      fc.property(
        anyTopology,
        fc.constantFrom(...pruners),
        fc.constantFrom(...growers),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.integer(),
        (topology, pruner, grower, fraction, seed) => {
          const values = someNumbers(topology.nnz, seed);
          const run = () =>
            updateConnectivity(layer(topology, {pruner, grower, fraction, values, random: seededRandom(seed)}));
          const {next, source, dropped, grown} = run();
          const before = [...topology.positions()];
          const kept = new Set(before.filter((position) => !dropped.includes(position)));
          expect(next.nnz).toBe(topology.nnz);
          expect(grown.length).toBe(dropped.length);
          expect([...dropped].every((position) => before.includes(position))).toBe(true);
          expect([...grown].some((position) => kept.has(position))).toBe(false);
          expect(new Set(next.positions())).toEqual(new Set([...kept, ...grown]));
          expect([...source]).toEqual([...next.positions()].map((position) => before.indexOf(position)));
          expect(run().next.equals(next)).toBe(true);
        },
      ),
    );
  });

  it('a dense layer, whatever it drops, stays dense and keeps every slot', () => {
    const dense = Topology.dense([3, 4]);
    for (const grower of growers) {
      const {next, source} = updateConnectivity(layer(dense, {grower, fraction: 0.5}));
      expect(next.equals(dense)).toBe(true);
      expect([...source]).toEqual([...source.keys()]);
    }
  });

  it('an empty layer stays empty', () => {
    expect(updateConnectivity(layer(Topology.fromPositions([2, 3], []))).next.nnz).toBe(0);
  });

  it('a layer of 500 000 × 500 000 is updated in memory proportional to its connections', () => {
    const topology = Topology.random([500_000, 500_000], 20_000, seededRandom(1));
    const explored = createPositionSet(topology.size);
    explored.add(topology.positions());
    const {next, grown} = updateConnectivity({
      topology,
      values: someNumbers(20_000, 5),
      explored,
      fraction: 0.3,
      pruner: magnitudePruning(),
      grower: unexploredFirstGrowth(),
      random: seededRandom(2),
    });
    expect([next.nnz, grown.length]).toEqual([20_000, 6000]);
  });

  it('changes nothing that it is given', () => {
    const request = layer(small, {pruner: taylorPruning(), grower: growers[3], fraction: 0.5});
    const copies = [request.values.slice(), request.gradientAtActive?.slice(), small.positions().slice()];
    updateConnectivity(request);
    expect([request.values, request.gradientAtActive, small.positions()]).toEqual(copies);
    expect(request.explored.count).toBe(4);
  });
});

describe('updateConnectivity refuses, in one sentence,', () => {
  const update = (request: Partial<ConnectivityRequest>) => () => updateConnectivity(layer(small, request));
  const pruning = (...slots: number[]): Pruner => ({prune: () => Int32Array.from(slots)});
  const growing = (...positions: number[]): Grower => ({grow: () => Int32Array.from(positions)});

  it('a fraction out of range', () => {
    expect(update({fraction: 30})).toThrow(
      'updateConnectivity: fraction must be in [0, 1], received 30. For 30 % of the connections write 0.3.',
    );
    expect(update({fraction: -0.1})).toThrow(RangeError);
    expect(update({fraction: Number.NaN})).toThrow(RangeError);
  });

  it('values and gradients of another length', () => {
    expect(update({values: new Float32Array(5)})).toThrow(
      'updateConnectivity: values must have 4 entries to match the topology, received 5. ' +
        'Pass what belongs to this layer and its current topology.',
    );
    expect(update({gradientAtActive: new Float32Array(3)})).toThrow(/gradientAtActive must have 4 entries/);
    expect(update({denseGradient: denseGradient(new Float32Array(9))})).toThrow(/denseGradient must have 10 entries/);
  });

  it('values and gradients that are not finite', () => {
    expect(update({values: Float32Array.of(1, 2, Number.NaN, 4)})).toThrow(
      'updateConnectivity: values must be finite, received NaN at slot 2. ' +
        'The training has diverged: go on from an earlier state, with a lower learning rate.',
    );
    expect(update({gradientAtActive: Float32Array.of(1, -Infinity, 0, 0)})).toThrow(/received -Infinity at slot 1\./);
    const gradient = new Float32Array(10).fill(1);
    gradient[7] = Number.NaN;
    expect(update({denseGradient: denseGradient(gradient)})).toThrow(/denseGradient .* received NaN at position 7\./);
  });

  it('a NaN in a later block of the gradient, naming its position', () => {
    const topology = Topology.random([600, 1000], 1000, seededRandom(1));
    const gradient = new Float32Array(600_000);
    gradient[500_000] = Number.NaN;
    expect(() => updateConnectivity(layer(topology, {denseGradient: denseGradient(gradient)}))).toThrow(
      /received NaN at position 500000\./,
    );
  });

  it('a missing gradient that a strategy needs', () => {
    expect(update({pruner: taylorPruning(), gradientAtActive: undefined})).toThrow(
      'updateConnectivity: gradientAtActive must be given to a pruner that has needsGradient, received undefined. ' +
        'Record the gradient of the last step and pass it.',
    );
    expect(update({denseGradient: undefined})).toThrow(/denseGradient must be given to a grower/);
    expect(update({grower: randomGrowth(), denseGradient: undefined, gradientAtActive: undefined})).not.toThrow();
  });

  it('a pruner that returns slots which are repeated, out of order or out of range', () => {
    for (const slots of [[1, 1], [2, 0], [4], [-1]])
      expect(update({pruner: pruning(...slots)})).toThrow(/dropped slots/);
  });

  it('a grower that returns another number than was dropped', () => {
    expect(update({pruner: pruning(0, 2), grower: growing(0)})).toThrow(
      'updateConnectivity: the grower must return 2 positions, as many as were dropped, received 1. ' +
        'Return exactly request.k positions.',
    );
    expect(update({pruner: pruning(0), grower: growing(0, 2)})).toThrow(RangeError);
  });

  it('a grower that returns positions which are active, repeated, out of order or out of range', () => {
    expect(update({pruner: pruning(0, 1), grower: growing(0, 8)})).toThrow(/must be inactive, received 8/);
    for (const positions of [
      [0, 0],
      [2, 0],
      [0, 10],
      [-1, 0],
    ]) {
      expect(update({pruner: pruning(0, 1), grower: growing(...positions)})).toThrow(/grown positions/);
    }
  });

  it('a pruner or grower that returns nothing', () => {
    const nothing = () => undefined as unknown as Int32Array;
    expect(update({pruner: {prune: nothing}})).toThrow(
      new TypeError(
        'updateConnectivity: the pruner must return slots in a typed array, received undefined. ' +
          'Return an Int32Array, an empty one for none.',
      ),
    );
    expect(update({pruner: pruning(0), grower: {grow: nothing}})).toThrow(/the grower must return positions/);
  });
});
