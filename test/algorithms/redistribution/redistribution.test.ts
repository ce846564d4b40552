import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {gradient, magnitude} from '../../../src/algorithms/criteria.ts';
import {gradientGrowth} from '../../../src/algorithms/growers/gradientGrowth.ts';
import {randomGrowth} from '../../../src/algorithms/growers/randomGrowth.ts';
import {adaptiveThresholdPruning} from '../../../src/algorithms/pruners/adaptiveThresholdPruning.ts';
import {magnitudePruning} from '../../../src/algorithms/pruners/magnitudePruning.ts';
import {thresholdPruning} from '../../../src/algorithms/pruners/thresholdPruning.ts';
import {byMean} from '../../../src/algorithms/redistribution/byMean.ts';
import {byRank} from '../../../src/algorithms/redistribution/byRank.ts';
import {bySurvivors} from '../../../src/algorithms/redistribution/bySurvivors.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {anyTopology, denseGradient, someNumbers} from '../../support/layer.ts';
import {updateLayers} from '../../support/updateLayers.ts';

const layersOf = (topologies: readonly Topology[], seed: number) =>
  topologies.map((topology, i) => ({
    name: `layer${i}`,
    topology,
    weights: someNumbers(topology.size, seed + 2 * i),
    gradient: denseGradient(someNumbers(topology.size, seed + 2 * i + 1)),
  }));
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('a redistribution', () => {
  it('keeps the total to one connection, and what survives with its slot, whatever it wants, with full layers among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTopology, {minLength: 1, maxLength: 4}),
        fc.constantFrom(undefined, byMean(gradient()), byMean(magnitude()), bySurvivors(), byRank(magnitude())),
        fc.constantFrom(magnitudePruning(), adaptiveThresholdPruning(0.3), thresholdPruning(0.5)),
        fc.constantFrom(randomGrowth(), gradientGrowth()),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.integer(),
        async (topologies, redistribution, pruner, grower, fraction, density, seed) => {
          const present = sum(topologies.map(({nnz}) => nnz));
          const room = sum(topologies.map(({size}) => size));
          // A pruner with a rule of its own need not drop what a falling density asks for.
          const least = pruner.name === 'magnitudePruning' ? 0 : present;
          const total = Math.floor(least + density * (room - least));
          const rules = {fraction, total, pruner, grower, redistribution, random: seededRandom(seed)};
          const updated = await updateLayers(layersOf(topologies, seed), rules);
          expect(sum(updated.map(({next}) => next.nnz))).toBe(total);
          updated.forEach(({next, source}, i) => {
            const before = [...topologies[i].positions()];
            expect([...source]).toEqual([...next.positions()].map((position) => before.indexOf(position)));
          });
        },
      ),
    );
  });

  it('by means, by hand: the overflow of a full layer goes to the others', async () => {
    // Weights of mean 8, 1 and 1. Of 2 + 4 + 4 connections half go, and 5 come: shares 4, 0.5 and 0.5; the first layer has room for 3.
    const layers = [
      {name: 'a', topology: Topology.fromPositions([2, 2], [0, 1]), weights: [8, 8, 0, 0]},
      {name: 'b', topology: Topology.fromPositions([2, 4], [0, 1, 2, 3]), weights: [1, 1, 1, 1, 0, 0, 0, 0]},
      {name: 'c', topology: Topology.fromPositions([2, 4], [0, 1, 2, 3]), weights: [1, 1, 1, 1, 0, 0, 0, 0]},
    ];
    const rules = {
      fraction: 0.5,
      pruner: magnitudePruning(),
      grower: randomGrowth(),
      redistribution: byMean(magnitude()),
    };
    expect((await updateLayers(layers, rules)).map(({next}) => next.nnz)).toEqual([4, 3, 3]);
  });

  it('by rank over all layers, by hand: among equal weights the earlier layer keeps its own', async () => {
    const layers = [
      {name: 'a', topology: Topology.dense([1, 4]), weights: [1, 3, 3, 9]},
      {name: 'b', topology: Topology.dense([1, 4]), weights: [3, -3, 2, -8]},
      {name: 'c', topology: Topology.dense([1, 2]), weights: [0.5, 0.25]},
    ];
    const rules = {
      fraction: 0,
      total: 5,
      pruner: magnitudePruning(),
      grower: randomGrowth(),
      redistribution: byRank(magnitude()),
    };
    const updated = await updateLayers(layers, rules);
    expect(updated.map(({next}) => [...next.positions()])).toEqual([[1, 2, 3], [1, 3], []]);
  });

  it('none: a falling and a rising density keep the shares of the layers, and no layer is emptied', async () => {
    const layers = layersOf(
      [
        Topology.random([10, 10], 60, seededRandom(1)),
        Topology.random([5, 8], 20, seededRandom(2)),
        Topology.random([2, 2], 1, seededRandom(3)),
      ],
      1,
    );
    const nnz = async (total: number) => {
      const rules = {fraction: 0.3, total, pruner: magnitudePruning(), grower: randomGrowth()};
      return (await updateLayers(layers, rules)).map(({next}) => next.nnz);
    };
    expect(await nnz(41)).toEqual([30, 10, 1]);
    expect(await nnz(81)).toEqual([60, 20, 1]);
    expect(await nnz(121)).toEqual([90, 30, 1]);
    expect(await nnz(144)).toEqual([100, 40, 4]);
  });

  it("'free': what a pruner drops by a rule of its own is not grown again", async () => {
    const layers = layersOf([Topology.dense([6, 5]), Topology.dense([4, 4])], 3);
    const rules = {fraction: 0, total: 'free' as const, pruner: thresholdPruning(0.4), grower: randomGrowth()};
    const updated = await updateLayers(layers, rules);
    updated.forEach(({next, grown}, i) => {
      expect(grown.length).toBe(0);
      expect(next.nnz).toBe(layers[i].weights.filter((weight) => Math.abs(weight) > Math.fround(0.4)).length);
    });
  });
});

it.each([
  [[3], '1 of them'],
  [[3, Number.NaN], 'NaN'],
  [[3, undefined], 'undefined'],
])('a redistribution that says for %j how many connections layers keep is refused', async (shares, received) => {
  const layers = layersOf([Topology.dense([6, 5]), Topology.dense([4, 4])], 3);
  const redistribution = {name: 'own', shrink: () => shares as number[]};
  const rules = {fraction: 0, total: 'free' as const, redistribution, pruner: thresholdPruning(0.4)};
  await expect(updateLayers(layers, {...rules, grower: randomGrowth()})).rejects.toThrow(
    `updateConnectivity: shares must be 2 finite numbers of at least 0, one for each layer, received ${received}.`,
  );
});

describe('a connection that is dropped and would be grown again', () => {
  // All of [1, 4] but one is active; 0.1 goes, and has the largest gradient.
  const layer = {
    name: 'layer',
    topology: Topology.fromPositions([1, 4], [0, 1, 2]),
    weights: [5, 0.1, 4, 0],
    gradient: denseGradient([0, 9, 0, 1]),
  };
  const update = async (regrown: 'keep' | 'fresh' | 'never') => {
    const rules = {fraction: 0.1, pruner: magnitudePruning(), grower: gradientGrowth(), regrown};
    const [{next, source}] = await updateLayers([layer], rules);
    return {positions: [...next.positions()], source: [...source]};
  };

  it('keeps its slot, or begins as a new one, or is left out', async () => {
    expect(await update('keep')).toEqual({positions: [0, 1, 2], source: [0, 1, 2]});
    expect(await update('fresh')).toEqual({positions: [0, 1, 2], source: [0, -1, 2]});
    expect(await update('never')).toEqual({positions: [0, 2, 3], source: [0, 2, -1]});
  });
});
