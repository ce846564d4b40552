import * as tf from '@tensorflow/tfjs';
import {
  adaptiveThresholdPruning,
  blocks,
  byRank,
  bySurvivors,
  cannistraciHebb,
  constantFanIn,
  type DSTOptions,
  DSTScheduler,
  dropLowestOfAll,
  eachLayer,
  gradientGrowth,
  growHighest,
  magnitude,
  magnitudePruning,
  nOfM,
  randomGrowth,
  type Structure,
  sampleStructure,
  seededRandom,
  setPruning,
  sparsify,
  Topology,
  thresholdPruning,
  within,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {trainSteps} from '../support/training.ts';
import {updateLayers} from '../support/updateLayers.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

/** A compiled network 12-16-4 with these topologies, or some at random. */
function model(topologies?: Record<string, Topology>): tf.LayersModel {
  const dense = tf.sequential({
    layers: [
      tf.layers.dense({name: 'a', inputShape: [12], units: 16, activation: 'tanh'}),
      tf.layers.dense({name: 'b', units: 4, activation: 'softmax'}),
    ],
  });
  const sparse = sparsify(dense, {density: 0.5, seed: 1, ...(topologies && {topologies})});
  sparse.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
  return sparse;
}

/** Topologies of a structure with so many connections. */
const structured = (structure: Structure, a: number, b: number) => ({
  a: sampleStructure(structure, [12, 16], a, seededRandom(1)),
  b: sampleStructure(structure, [16, 4], b, seededRandom(2)),
});

const make = (model: tf.LayersModel, options: Partial<DSTOptions>) =>
  new DSTScheduler(model, {
    updateInterval: 1,
    dropFraction: 0.3,
    pruner: magnitudePruning(),
    grower: gradientGrowth(),
    seed: 1,
    ...options,
  });

describe('a structure', () => {
  it('falls in density by the rank of connections, also where it leaves out some of the budget', async () => {
    const structure = blocks([4, 4]);
    const sparse = model(structured(structure, 160, 48));
    const scheduler = make(sparse, {
      structure,
      redistribution: byRank(magnitude()),
      density: (step) => 0.8 - 0.01 * step,
    });
    for (let step = 1; step <= 20; step++) {
      await trainSteps(sparse, scheduler, 1);
      const nnz = scheduler.weights.map(({weight}) => weight.topology.nnz);
      expect(nnz[0] + nnz[1]).toBeLessThanOrEqual(Math.round((0.8 - 0.01 * step) * 256));
      for (const {weight} of scheduler.weights) expect(structure.violation(weight.topology)).toBeUndefined();
    }
  });

  it.each([
    ['constantFanIn()', constantFanIn()],
    ['constantFanIn({minSalient: 0.3})', constantFanIn({minSalient: 0.3})],
    ['nOfM(2, 4)', nOfM(2, 4)],
  ])('is kept where what is dropped does not grow again: %s', async (_, structure) => {
    const sparse = model(structured(structure, 96, 32));
    const scheduler = make(sparse, {structure, density: 'free', dropFraction: 0.2});
    let before = [96, 32];
    for (let step = 1; step <= 3; step++) {
      await trainSteps(sparse, scheduler, 1);
      const nnz = scheduler.weights.map(({weight}) => weight.topology.nnz);
      for (const [i, {weight}] of scheduler.weights.entries()) {
        expect(nnz[i]).toBeLessThanOrEqual(before[i] - Math.ceil(0.2 * before[i]));
        expect(nnz[i]).toBeGreaterThan(0);
        const counts = new Map<number, number>();
        for (const column of weight.topology.colIdx) counts.set(column, (counts.get(column) ?? 0) + 1);
        if (structure.name !== 'nOfM(2, 4)') expect(new Set(counts.values()).size).toBe(1);
      }
      before = nnz;
    }
  });

  it('does not lose all connections of a layer where units are larger than what is left', async () => {
    const structure = blocks([4, 4]);
    const sparse = model(structured(structure, 96, 16));
    const scheduler = make(sparse, {structure, density: 'free'});
    await expect(trainSteps(sparse, scheduler, 1)).rejects.toThrow(
      'blocks([4,4]): a layer [16,4] must have more connections, received 11.',
    );
    expect(scheduler.weights.map(({weight}) => weight.topology.nnz)).toEqual([96, 16]);
  });

  it('that is chosen for each update must be one', async () => {
    const structure = {...nOfM(2, 4), atUpdate: () => undefined as never};
    const sparse = model(structured(nOfM(2, 4), 96, 32));
    await expect(trainSteps(sparse, make(sparse, {structure}), 1)).rejects.toThrow(
      'DSTScheduler: what structure.atUpdate returns must be an object with select(), received undefined.',
    );
  });

  it('whose groups want what must not come back says so', async () => {
    const structure = constantFanIn();
    const sparse = model(structured(structure, 176, 60));
    const scheduler = make(sparse, {structure, regrown: 'never'});
    await expect(trainSteps(sparse, scheduler, 1)).rejects.toThrow(
      "Too few others are inactive: use a smaller dropFraction, or another regrown than 'never'.",
    );
  });

  it('is refused where no connection of a layer could stay', async () => {
    const sparse = model();
    const scheduler = make(sparse, {structure: blocks([4, 4])});
    const before = scheduler.weights.map(({weight}) => weight.topology);
    await expect(trainSteps(sparse, scheduler, 1)).rejects.toThrow(
      /layer "a" at step 1 was not updated\. updateConnectivity: topologies must begin with the structure .*, received one of which none of \d+ connections could stay: it has .*\. Make it by initialTopologies or sampleStructure\./,
    );
    expect(scheduler.weights.map(({weight}) => weight.topology)).toEqual(before);
  });
});

it('a structure that does not fit a layer is refused at the begin, unless the layer is frozen', () => {
  const sparse = model();
  expect(() => make(sparse, {structure: blocks([3, 8])})).toThrow(
    /^DSTScheduler: structure must fit the shapes of all layers, received one that does not fit "b"\. blocks/,
  );
  sparse.layers[1].trainable = false;
  sparse.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
  expect(() => make(sparse, {structure: blocks([3, 8])})).not.toThrow();
});

describe("regrown: 'never'", () => {
  it.each([
    ['nOfM', nOfM(2, 4)],
    ['constantFanIn', constantFanIn()],
  ])('grows in a structure what it allows beside the connections just dropped: %s', async (_, structure) => {
    const sparse = model(structured(structure, 80, 20));
    const scheduler = make(sparse, {structure, regrown: 'never'});
    for (let update = 0; update < 5; update++) {
      const before = scheduler.weights.map(({weight}) => new Set(weight.topology.positions()));
      await trainSteps(sparse, scheduler, 1);
      for (const [i, {weight}] of scheduler.weights.entries()) {
        const {grown, dropped} = scheduler.lastUpdate!.layers[i];
        expect(grown).toBe(dropped);
        expect(grown).toBeGreaterThan(0);
        // Whatever is new was not there before.
        expect([...weight.topology.positions()].filter((position) => !before[i].has(position)).length).toBe(grown);
        expect(structure.violation(weight.topology)).toBeUndefined();
      }
    }
  });

  it('grows fewer where what is allowed is used up', async () => {
    const all = structured(nOfM(2, 4), 96, 32);
    const sparse = model(all);
    const only = (weights: Structure) => make(sparse, {structure: weights, regrown: 'never'});
    // Only the second layer has this shape, so the first is frozen.
    sparse.layers[0].trainable = false;
    sparse.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
    const scheduler = only(within(all.b));
    await trainSteps(sparse, scheduler, 1);
    const {nnz, grown, dropped} = scheduler.lastUpdate!.layers.find(({name}) => name === 'b')!;
    expect([nnz, grown]).toEqual([32 - dropped, 0]);
  });

  it.each([1, 0.9])('drops no more than others are there to grow, at density %f', async (density) => {
    const nnz = Math.round(density * 256);
    const dsr = {pruner: adaptiveThresholdPruning(0.2), grower: randomGrowth(), redistribution: bySurvivors()};
    const exact = {dropFraction: 1};
    for (const options of [dsr, {pruner: setPruning()}, {pruner: thresholdPruning(0.2)}, exact]) {
      const sparse = model({
        a: Topology.random([12, 16], density === 1 ? 192 : nnz - 60, seededRandom(1)),
        b: Topology.random([16, 4], density === 1 ? 64 : 60, seededRandom(1)),
      });
      const scheduler = make(sparse, {...options, regrown: 'never'});
      for (let update = 0; update < 3; update++) {
        const before = new Map(scheduler.weights.map(({name, weight}) => [name, weight.topology]));
        await trainSteps(sparse, scheduler, 1);
        const {layers} = scheduler.lastUpdate!;
        expect(layers.reduce((sum, layer) => sum + layer.nnz, 0)).toBe(nnz);
        for (const {name, dropped, grown} of layers) {
          if (options === exact) expect(grown).toBe(dropped);
          const {size, nnz} = before.get(name)!;
          expect(grown).toBeLessThanOrEqual(size - nnz);
        }
      }
    }
  });

  it('keeps the largest of what would be dropped, by hand', async () => {
    // 6 of 8, so that two may go: of those below the threshold 1, the 0.9 and the 0.7 stay.
    const topology = Topology.fromPositions([4, 2], [0, 1, 2, 3, 4, 5]);
    const layer = {name: 'layer', topology, weights: [0.9, 0.2, -0.7, 0.1, 5, 6, 0, 0]};
    const rules = {fraction: 0.1, pruner: thresholdPruning(1), grower: randomGrowth(), regrown: 'never'} as const;
    const [{next}] = await updateLayers([layer], rules);
    expect([...next.positions()]).toEqual([0, 2, 4, 5, 6, 7]);
  });

  it('keeps the largest of each layer that has no others, where the redistribution says how many it is to have', async () => {
    const weights = [0.9, 0.2, -0.7, 0.1, 5, 6, 0.3, 0.4];
    const layers = [
      {name: 'all', topology: Topology.dense([4, 2]), weights},
      {name: 'half', topology: Topology.fromPositions([4, 2], [4, 5, 6, 7]), weights},
    ];
    // Both are to have 4 of 8. The first drops 6, but has no others to grow in their place; the second drops 2.
    const rules = {total: 'free', redistribution: eachLayer(0.5), regrown: 'never'} as const;
    const [first, second] = await updateLayers(layers, {
      ...rules,
      fraction: 0,
      pruner: thresholdPruning(1),
      grower: randomGrowth(),
    });
    expect([...first.next.positions()]).toEqual([0, 2, 4, 5]);
    expect([...second.dropped]).toEqual([6, 7]);
    expect(second.next.nnz).toBe(4);
  });

  it('falls in density by a rank over all layers', async () => {
    const sparse = model();
    const options = {pruner: dropLowestOfAll(magnitude()), density: (step: number) => 0.5 - 0.02 * step};
    const scheduler = make(sparse, {...options, dropFraction: 0.9, regrown: 'never'});
    for (let step = 1; step <= 5; step++) {
      await trainSteps(sparse, scheduler, 1);
      expect(scheduler.lastUpdate!.layers.reduce((sum, {nnz}) => sum + nnz, 0)).toBe(
        Math.round(options.density(step) * 256),
      );
    }
  });

  it('grows as much as it can beside a structure that leaves little room', async () => {
    const structure = nOfM(3, 4);
    const sparse = model(structured(structure, 144, 48));
    const scheduler = make(sparse, {structure, regrown: 'never', dropFraction: 0.6});
    for (let step = 1; step <= 5; step++) {
      await trainSteps(sparse, scheduler, 1);
      for (const {weight} of scheduler.weights) expect(structure.violation(weight.topology)).toBeUndefined();
    }
  });

  it('shows growers the connections after the drop', async () => {
    const active: number[] = [];
    const criterion = cannistraciHebb();
    const grower = growHighest({
      ...criterion,
      all(request) {
        active.push(request.active.length + request.barred!.length);
        expect(request.barred!.length).toBeGreaterThan(0);
        return criterion.all!(request);
      },
    });
    const sparse = model();
    const scheduler = make(sparse, {grower, regrown: 'never'});
    const nnz = scheduler.weights.map(({weight}) => weight.topology.nnz);
    await trainSteps(sparse, scheduler, 1);
    expect(active).toEqual(nnz);
  });

  it('refuses a grower that brings them back', async () => {
    const grower = {
      ...randomGrowth(),
      grow: ({barred, k}: {barred?: Int32Array | Float64Array; k: number}) => barred!.slice(0, k),
    };
    const sparse = model();
    await expect(trainSteps(sparse, make(sparse, {grower, regrown: 'never', dropFraction: 0.05}), 1)).rejects.toThrow(
      /the grower must return no position that was just dropped where regrown is 'never', received \d+ of them\. Leave out request\.barred\./,
    );
  });
});
