import {describe, expect, it} from 'vitest';
import {magnitudeScores} from '../../src/algorithms/criteria.ts';
import {cubicDensity} from '../../src/algorithms/schedules/cubicDensity.ts';
import {selectLargest} from '../../src/topology/select.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  density: number;
  init_prune_epoch: number;
  final_prune_epoch: number;
  multiplier: number;
  layers: {name: string; shape: number[]; weight: number[]}[];
  epochs: {epoch: number; mask: Record<string, number[]>; num_zero: Record<string, number>}[];
}

describeReference('gradual magnitude pruning against ITOP', () => {
  describe.each(readReference<Case[]>('gmp-masks'))('to density $density', (official) => {
    const final = official.multiplier * official.final_prune_epoch;
    // As in schedules.test.ts: the official curve would end one epoch after the last one that it is used for.
    const density = cubicDensity(1, official.density, {
      beginStep: official.multiplier * official.init_prune_epoch,
      endStep: final + 1,
    });

    it.each(official.epochs)('after epoch $epoch the largest weights of each layer are left', ({
      epoch,
      mask,
      num_zero,
    }) => {
      for (const {name, shape, weight} of official.layers) {
        const scores = magnitudeScores(new Float32Array(fromTorch(shape, weight)));
        // After the final epoch the official masks stay as they are.
        const zeros = Math.floor((1 - density(Math.min(epoch, final))) * scores.length + 1e-9);
        expect(zeros).toBe(num_zero[name]);
        const kept = fromTorch(shape, mask[name]);
        expect([...selectLargest(scores, scores.length - zeros)]).toEqual(
          [...kept.keys()].filter((p) => kept[p] === 1),
        );
      }
    });
  });
});
