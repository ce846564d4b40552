import {describe, expect, it} from 'vitest';
import {magnitudeScores, selectGlobally} from '../../src/algorithms/criteria.ts';
import {selectLargest} from '../../src/topology/select.ts';
import {Topology} from '../../src/topology/topology.ts';
import {atActive} from '../support/layer.ts';
import {describeReference, fromTorch, readReference, shapeFromTorch} from '../support/reference.ts';

interface Scope {
  num_remaining: number[];
  mask: number[][];
  smallest_margin: number | null;
}
interface Case {
  name: string;
  layers: {shape: number[]}[];
  rounds: {trained_weight: number[][]; global: Scope; per_layer: Scope}[];
}

describeReference('pruning in rounds by magnitude against open_lth and the authors of lottery tickets', () => {
  // All go where the fraction is 1 or all weights tie: theirs raises an error or empties layers.
  const cases = readReference<Case[]>('lottery-rounds').filter(
    ({name}) => name === 'mlp-20-percent' || name === 'conv-50-percent',
  );

  describe.each(cases)('$name', ({layers, rounds}) => {
    const shapes = layers.map(({shape}) => shapeFromTorch(shape));

    /** The masks after each round, if so many stay as theirs do: one fewer than they ask for. */
    function prune(scope: 'global' | 'per_layer', select: (scores: Float32Array[], left: number[]) => Int32Array[]) {
      let topologies = shapes.map((shape) => Topology.dense(shape));
      return rounds.map((round) => {
        const scores = topologies.map((topology, i) =>
          magnitudeScores(atActive(topology, fromTorch(layers[i].shape, round.trained_weight[i]))),
        );
        topologies = select(scores, round[scope].num_remaining).map((slots, i) => {
          const positions = topologies[i].positions();
          return Topology.fromPositions(
            shapes[i],
            Array.from(slots, (slot) => positions[slot]),
          );
        });
        return topologies;
      });
    }
    function check(scope: 'global' | 'per_layer', pruned: Topology[][]) {
      pruned.forEach((topologies, round) => {
        topologies.forEach((topology, i) => {
          expect([...topology.mask()]).toEqual(fromTorch(layers[i].shape, rounds[round][scope].mask[i]));
        });
      });
    }

    it('over the network: the same connections in every round', () => {
      check(
        'global',
        prune('global', (scores, left) =>
          selectGlobally(
            scores,
            left.reduce((a, b) => a + b),
          ),
        ),
      );
    });

    it('in each layer: the same connections in every round', () => {
      check(
        'per_layer',
        prune('per_layer', (scores, left) => scores.map((each, i) => selectLargest(each, left[i]))),
      );
    });
  });
});
