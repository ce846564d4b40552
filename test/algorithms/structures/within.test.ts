import fc from 'fast-check';
import {gradientGrowth, magnitudePruning, within} from 'itop';
import {describe, expect, it} from 'vitest';
import {sampleStructure} from '../../../src/algorithms/structures/sampleStructure.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {anyTopology, denseGradient, someNumbers, toDense} from '../../support/layer.ts';
import {updateLayers} from '../../support/updateLayers.ts';

describe('within a topology', () => {
  it('connections come from it only, never more than it has, over many updates', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTopology,
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.nat(1000),
        async (allowed, share, seed) => {
          const structure = within(allowed);
          const nnz = Math.floor(share * allowed.nnz);
          let topology = sampleStructure(structure, allowed.shape, nnz, seededRandom(seed));
          expect(topology.nnz).toBe(nnz);
          for (let update = 0; update < 4; update++) {
            const weights = toDense(topology, someNumbers(nnz, seed + update));
            const gradient = denseGradient(someNumbers(allowed.size, seed - update - 1));
            const [{next}] = await updateLayers([{name: 'layer', topology, weights, gradient}], {
              fraction: 0.4,
              pruner: magnitudePruning(),
              grower: gradientGrowth(),
              structure,
            });
            expect(structure.violation(next)).toBeUndefined();
            expect(next.nnz).toBe(nnz);
            topology = next;
          }
        },
      ),
    );
  });

  it('the largest gradients that are allowed grow', async () => {
    // Allowed are the positions 0, 1, 2 and 5 of 2 × 3. Of 0 and 1 the smaller goes, 1; of 1, 2 and 5 the gradient is largest at 5.
    const allowed = Topology.fromPositions([2, 3], Int32Array.of(0, 1, 2, 5));
    const topology = Topology.fromPositions([2, 3], Int32Array.of(0, 1));
    const [{next}] = await updateLayers(
      [{name: 'layer', topology, weights: [2, 1, 0, 0, 0, 0], gradient: denseGradient([0, 1, 2, 9, 9, 3])}],
      {fraction: 0.5, pruner: magnitudePruning(), grower: gradientGrowth(), structure: within(allowed)},
    );
    expect([...next.positions()]).toEqual([0, 5]);
  });

  it('says of another connection, and of another shape, that it is not allowed', () => {
    const structure = within(Topology.fromPositions([2, 2], Int32Array.of(0)));
    expect(structure.violation(Topology.dense([2, 2]))).toBe('a connection at position 1, which is not allowed');
    expect(() => structure.count([4, 1], 1)).toThrow(
      'within: the layer must have the shape [2,2] of the topology, received [4,1].',
    );
  });

  it('is known by its topology: two that differ in one position have different names', () => {
    const name = (shape: number[], positions: number[]) => within(Topology.fromPositions(shape, positions)).name;
    expect(name([2, 3], [0, 1, 5])).toMatch(/^within\(3 of \[2,3\], [0-9a-f]{8}\)$/);
    expect(name([2, 3], [0, 1, 5])).toBe(name([2, 3], [0, 1, 5]));
    const names = new Set<string>();
    const size = 1000;
    const positions = Array.from({length: size / 2}, (_, i) => 2 * i);
    positions.forEach((position, i) => {
      names.add(
        name(
          [10, 100],
          positions.map((other, j) => (j === i ? position + 1 : other)),
        ),
      );
    });
    expect(names.size).toBe(size / 2);
    expect(name([3, 2], [0, 1, 5])).not.toBe(name([2, 3], [0, 1, 5]));
  });
});
