import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {gradientGrowth} from '../../../src/algorithms/growers/gradientGrowth.ts';
import {magnitudePruning} from '../../../src/algorithms/pruners/magnitudePruning.ts';
import {constantFanIn} from '../../../src/algorithms/structures/constantFanIn.ts';
import {sampleStructure} from '../../../src/algorithms/structures/sampleStructure.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {denseGradient, someNumbers} from '../../support/layer.ts';
import {updateLayers} from '../../support/updateLayers.ts';

const rigl = {pruner: magnitudePruning(), grower: gradientGrowth()};

describe('constant fan-in with ablation', () => {
  // [4, 3], fan-in 2: output 0 has 5 and 4, output 1 has 3 and 1, output 2 has 0.5 and 0.2. A third goes, so 2 of 6.
  const topology = Topology.fromPositions(
    [4, 3],
    [0, 3, 1, 7, 5, 11].sort((a, b) => a - b),
  );
  const weights = [5, 3, 0, 4, 0, 0.5, 0, 1, 0, 0, 0, 0.2];
  const rules = {...rigl, fraction: 1 / 3};

  it('by hand: an output without salient positions gives its connections to the others', async () => {
    // By magnitude 5, 4, 3 and 1 stay; the largest gradients are 9 of output 0 and 8 of output 1. Output 2 has none of them: the others
    // get a fan-in of 3. Output 0 grows the gradient 9 at position 9, output 1 the 0.7 at 10 rather than the 0.4 at 4.
    const gradient = denseGradient([0, 0, 0, 0, 0.4, 0.1, 0, 8, 0.2, 9, 0.7, 0]);
    const layer = {name: 'layer', topology, weights, gradient};
    const [{next}] = await updateLayers([layer], {...rules, structure: constantFanIn({minSalient: 0.5})});
    expect([...next.positions()]).toEqual([0, 1, 3, 7, 9, 10]);
  });

  it('by hand: it comes back with enough large gradients', async () => {
    // Outputs 0 and 1 have a fan-in of 3; 5, 4, 3 and 1 stay. Both large gradients are of output 2: fan-in 2 for all three.
    const ablated = Topology.fromPositions([4, 3], [0, 1, 3, 7, 9, 10]);
    const gradient = denseGradient([0, 0, 9, 0, 0.4, 8, 0, 0, 0.2, 1, 0.7, 0]);
    const layer = {name: 'layer', topology: ablated, weights, gradient};
    const structure = constantFanIn({minSalient: 1});
    const [{next}] = await updateLayers([layer], {...rules, structure});
    expect([...next.positions()]).toEqual([0, 1, 2, 3, 5, 7]);
  });

  it('takes no output from the last layer, and none without minSalient', async () => {
    const gradient = denseGradient([0, 0, 0, 0, 0.4, 0.1, 0, 8, 0.2, 9, 0.7, 0]);
    const layer = {name: 'layer', topology, weights, gradient};
    const last = await updateLayers([{...layer, isLast: true}], {
      ...rules,
      structure: constantFanIn({minSalient: 0.5}),
    });
    const plain = await updateLayers([layer], {...rules, structure: constantFanIn()});
    expect([...last[0].next.fanIn()]).toEqual([2, 2, 2]);
    expect(last[0].next.equals(plain[0].next)).toBe(true);
  });

  it('keeps the budget through many updates: what a fan-in leaves over is used when it can be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          shape: fc.tuple(fc.integer({min: 1, max: 12}), fc.integer({min: 1, max: 12})),
          density: fc.double({min: 0, max: 1, noNaN: true}),
          fraction: fc.double({min: 0, max: 1, noNaN: true}),
          minSalient: fc.double({min: 0, max: 1, noNaN: true}),
          seed: fc.integer(),
        }),
        async ({shape, density, fraction, minSalient, seed}) => {
          const [inputs, outputs] = shape;
          const budget = Math.floor(density * inputs) * outputs;
          const structure = constantFanIn({minSalient});
          let now = sampleStructure(structure, shape, budget, seededRandom(seed));
          for (let update = 0; update < 5; update++) {
            const layer = {
              name: 'layer',
              topology: now,
              weights: someNumbers(inputs * outputs, seed + update),
              gradient: denseGradient(someNumbers(inputs * outputs, seed - update - 1)),
              unused: budget - now.nnz,
            };
            [{next: now}] = await updateLayers([layer], {...rigl, fraction, structure});
            const fanIns = [...now.fanIn()].filter((fanIn) => fanIn > 0);
            expect(new Set(fanIns).size).toBeLessThanOrEqual(1);
            expect(now.nnz).toBeLessThanOrEqual(budget);
            expect(budget - now.nnz).toBeLessThan(Math.max(1, fanIns.length));
          }
        },
      ),
    );
  });

  it('refuses a share that is none', () => {
    expect(() => constantFanIn({minSalient: 30})).toThrow(
      new RangeError('constantFanIn: minSalient must be in [0, 1], received 30. Leave it out to ablate no output.'),
    );
  });
});
