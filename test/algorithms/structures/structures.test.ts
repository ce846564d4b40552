import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {random} from '../../../src/algorithms/criteria.ts';
import {gradientGrowth} from '../../../src/algorithms/growers/gradientGrowth.ts';
import {growHighest} from '../../../src/algorithms/growers/growHighest.ts';
import {mixedGrowth} from '../../../src/algorithms/growers/mixedGrowth.ts';
import {randomGrowth} from '../../../src/algorithms/growers/randomGrowth.ts';
import {unexploredFirstGrowth} from '../../../src/algorithms/growers/unexploredFirstGrowth.ts';
import {magnitudePruning} from '../../../src/algorithms/pruners/magnitudePruning.ts';
import {blocks, channels, diagonals} from '../../../src/algorithms/structures/blocks.ts';
import {constantFanIn} from '../../../src/algorithms/structures/constantFanIn.ts';
import {nOfM} from '../../../src/algorithms/structures/nOfM.ts';
import {sampleStructure} from '../../../src/algorithms/structures/sampleStructure.ts';
import type {Grower} from '../../../src/algorithms/types.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {denseGradient, pruneRequest, someNumbers} from '../../support/layer.ts';
import {updateLayers} from '../../support/updateLayers.ts';

const structures = [nOfM(2, 4), nOfM(1, 3), constantFanIn(), blocks([2, 2]), blocks([1, 4]), channels(), diagonals()];

const mixed = mixedGrowth([
  [0.5, gradientGrowth()],
  [0.2, randomGrowth()],
  [0.3, unexploredFirstGrowth()],
]);

/** Kernels that every structure above fits. */
const anyShape = fc.oneof(
  fc.tuple(fc.integer({min: 1, max: 5}), fc.integer({min: 1, max: 3})).map(([a, b]) => [2 * a, 4 * b]),
  fc
    .tuple(fc.integer({min: 1, max: 3}), fc.integer({min: 1, max: 3}), fc.integer({min: 1, max: 2}))
    .map(([k, a, b]) => [k, 2, 2 * a, 4 * b]),
);

describe('a structure', () => {
  it('holds from the first topology through many updates, and never exceeds the budget', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...structures),
        anyShape,
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.constantFrom(gradientGrowth(), growHighest(random()), randomGrowth(), unexploredFirstGrowth(), mixed),
        fc.integer(),
        async (structure, shape, density, fraction, grower, seed) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const budget = Math.floor(density * size);
          fc.pre(budget === 0 || structure.count(shape, budget) > 0);
          let topology = sampleStructure(structure, shape, budget, seededRandom(seed));
          expect(topology.nnz).toBe(structure.count(shape, budget));
          expect(topology.nnz).toBeLessThanOrEqual(budget);
          const {nnz} = topology;
          for (let update = 0; update < 4; update++) {
            const weights = someNumbers(size, seed + update);
            const gradient = denseGradient(someNumbers(size, seed - update - 1));
            const layer = {name: 'layer', topology, weights, gradient};
            const rules = {fraction, pruner: magnitudePruning(), grower, structure, random: seededRandom(seed)};
            const [{next, source}] = await updateLayers([layer], rules);
            expect(structure.violation(next)).toBeUndefined();
            expect(next.nnz).toBe(nnz);
            const before = topology.positions();
            const after = next.positions();
            source.forEach((slot, i) => {
              if (slot >= 0) expect(before[slot]).toBe(after[i]);
            });
            topology = next;
          }
        },
      ),
    );
  });

  it('shrinks with the density and stays below it', async () => {
    for (const structure of structures) {
      let topology = sampleStructure(structure, [12, 8], 96, seededRandom(1));
      for (const total of [70, 41, 23, 12]) {
        const layer = {
          name: 'layer',
          topology,
          weights: someNumbers(96, total),
          gradient: denseGradient(someNumbers(96, 1)),
        };
        const rules = {
          fraction: 0.3,
          total: Math.min(total, topology.nnz),
          pruner: magnitudePruning(),
          grower: gradientGrowth(),
          structure,
        };
        [{next: topology}] = await updateLayers([layer], rules);
        expect(structure.violation(topology)).toBeUndefined();
        expect(topology.nnz).toBe(structure.count([12, 8], Math.min(total, topology.nnz)));
        expect(topology.nnz).toBeLessThanOrEqual(total);
      }
    }
  });

  it('empties no layer silently: too few connections for it are refused, before a training and in it', async () => {
    const cases = [
      [constantFanIn(), 8],
      [channels(), 12],
      [diagonals(), 12],
      [blocks([4, 4]), 16],
    ] as const;
    for (const [structure, least] of cases) {
      const message = `${structure.name}: a layer [12,8] must have more connections, received ${least - 1}. Use a higher density, or leave it dense.`;
      expect(() => sampleStructure(structure, [12, 8], least - 1, seededRandom(1))).toThrow(new RangeError(message));
      const topology = sampleStructure(structure, [12, 8], 2 * least, seededRandom(1));
      const layer = {name: 'layer', topology, weights: someNumbers(96, 1), gradient: denseGradient(someNumbers(96, 2))};
      const rules = {fraction: 0.3, pruner: magnitudePruning(), grower: gradientGrowth(), structure};
      await expect(updateLayers([layer], {...rules, total: least - 1})).rejects.toThrow(message);
      const [{next}] = await updateLayers([layer], {...rules, total: least});
      expect(next.nnz).toBe(least);
      const none = {...layer, topology: sampleStructure(structure, [12, 8], 0, seededRandom(1)), unused: 3};
      expect((await updateLayers([none], rules))[0].next.nnz).toBe(0);
    }
  });

  it('is checked: a grower that knows nothing of it is refused', async () => {
    const topology = sampleStructure(constantFanIn(), [16, 8], 40, seededRandom(1));
    const layer = {name: 'layer', topology, weights: someNumbers(128, 1)};
    const grower: Grower = {grow: (request) => randomGrowth().grow({...request, structure: undefined})};
    const rules = {fraction: 0.4, pruner: magnitudePruning(), grower, structure: constantFanIn()};
    await expect(updateLayers([layer], rules)).rejects.toThrow(
      /must return topologies with the structure constantFanIn, received one with \d+ connections in group \d, not 5\. Use strategies/,
    );
  });
});

describe('by hand:', () => {
  it('constant fan-in keeps the largest weights and fills each output by gradient', async () => {
    // [4, 2], fan-in 2. Output 0 has inputs 0, 1 with 5 and 4, output 1 inputs 2, 3 with 1 and 2. Half go: 1 and 2, both of output 1.
    // Its fan-in is filled by the gradients 9 of input 0 and 8 of input 3, although those of output 0 are larger.
    const topology = Topology.fromPositions([4, 2], [0, 2, 5, 7]);
    const gradient = denseGradient([0, 9, 0, 3, 99, 0, 99, 8]);
    const layer = {name: 'layer', topology, weights: [5, 0, 4, 0, 0, 1, 0, 2], gradient};
    const rules = {fraction: 0.5, pruner: magnitudePruning(), grower: gradientGrowth(), structure: constantFanIn()};
    const [{next}] = await updateLayers([layer], rules);
    expect([...next.positions()]).toEqual([0, 1, 2, 7]);
  });

  it('a mixture fills each output, first by gradient, then where nothing was active, then anywhere', async () => {
    // [6, 2], fan-in 3, inputs 0, 1 and 2; all but the first of each output goes, 4 in all. The largest gradients are all of output 0:
    // 9 and 8, the values of inputs 3 and 4, fill it, so that the 7 of input 5 does not grow. Output 1 gets one of its unexplored inputs
    // 3, 4 and 5, and one of all that are left.
    const topology = Topology.fromPositions([6, 2], [0, 1, 2, 3, 4, 5]);
    const gradient = denseGradient([0, 0, 0, 0, 0, 0, 9, 1, 8, 1, 7, 1]);
    const layer = {name: 'layer', topology, weights: [9, 9, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], gradient};
    const grower = mixedGrowth([
      [0.5, gradientGrowth()],
      [0.25, unexploredFirstGrowth()],
      [0.25, randomGrowth()],
    ]);
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const rules = {fraction: 0.6, pruner: magnitudePruning(), grower, structure: constantFanIn()};
      const [{next}] = await updateLayers([layer], {...rules, random: seededRandom(seed)});
      const positions = [...next.positions()];
      expect(positions.filter((position) => position % 2 === 0)).toEqual([0, 6, 8]);
      const second = positions.filter((position) => position % 2 === 1);
      expect(second.length).toBe(3);
      expect(second[0]).toBe(1);
      expect(second[2]).toBeGreaterThan(6);
    }
  });

  it('of equals the lower position is dropped first, and where a structure chooses what stays, stays first', () => {
    const request = pruneRequest([1, 1, 1, 2], {k: 2});
    const column = {topology: Topology.dense([4, 1]), structure: nOfM(4, 4)};
    expect([...magnitudePruning().prune(request)]).toEqual([0, 1]);
    expect([...magnitudePruning().prune({...request, ...column})]).toEqual([1, 2]);
  });

  it('2:4 takes the two best of four inputs, whatever the other groups have', () => {
    const scores = Float32Array.of(1, 9, 2, 8, 3, 7, 4, 6, 50, 0, 60, 0, 70, 0, 80, 0);
    // [8, 2]: output 0 has 1, 2, 3, 4 and 50, 60, 70, 80; output 1 has 9, 8, 7, 6 and 0, 0, 0, 0.
    const topology = sampleStructure(nOfM(2, 4), [8, 2], 16, seededRandom(1), scores);
    expect([...topology.positions()]).toEqual([1, 3, 4, 6, 9, 11, 12, 14]);
  });

  it('a diagonal gives every input one output', () => {
    const scores = Float32Array.of(1, 2, 3, 9, 1, 2, 3, 9, 1);
    // The diagonals of [3, 3] sum to 1 + 1 + 1, 2 + 2 + 3 and 3 + 9 + 9.
    const topology = sampleStructure(diagonals(), [3, 3], 5, seededRandom(1), scores);
    expect([...topology.positions()]).toEqual([2, 3, 7]);
  });

  it('channels are whole outputs', () => {
    const topology = sampleStructure(
      channels(),
      [3, 3],
      6,
      seededRandom(1),
      Float32Array.of(1, 0, 5, 1, 0, 5, 1, 9, 5),
    );
    expect([...topology.positions()]).toEqual([1, 2, 4, 5, 7, 8]);
  });
});

it('structures refuse, in one sentence, numbers and shapes that they are none for', () => {
  expect(() => nOfM(5, 4)).toThrow(
    new RangeError('nOfM: n and m must be integers with 1 ≤ n ≤ m and m ≥ 2, received 5 and 4. Write nOfM(2, 4).'),
  );
  expect(() => blocks([0, 4])).toThrow(
    'blocks: size must be two positive integers, received [0,4]. Write blocks([4, 4]).',
  );
  expect(() => blocks([4, 4]).count([8, 10], 20)).toThrow(
    'blocks: size must divide the 8 inputs and 10 outputs of a kernel, received [4,4]. Take another size, or leave this layer dense.',
  );
});
