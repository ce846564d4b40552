import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** The rate of the recipe hurts the dense network: each side is compared at its own best of the same few. */
const LEARNING_RATES = [0.1, 0.03, 0.01];

/** The claim of the paper: sparse against dense at equal length. */
function dense(
  epochs: number,
  {updateInterval, seeds, isExtended}: {updateInterval: number; seeds: number; isExtended: boolean},
): Experiment {
  return {
    name: `dense-mlp-${epochs}`,
    question: `Does SET at ΔT ${updateInterval} beat the dense MLP over ${epochs} epochs, each at its own best learning rate?`,
    seeds,
    runs: (seed) => {
      const settings = {network: 'MLP-CIFAR10', epochs, seed} as const;
      const sparse = {...settings, density: 0.02, updateInterval};
      return [
        ...LEARNING_RATES.map((learningRate) => runSettings({...sparse, method: 'set', learningRate})),
        ...LEARNING_RATES.map((learningRate) => runSettings({...settings, method: 'dense', learningRate})),
        ...(isExtended ? [runSettings({...settings, method: 'dense', epochs: 3 * epochs})] : []),
      ];
    },
  };
}

export const denseMlp12 = dense(12, {updateInterval: 100, seeds: 1, isExtended: false});
export const denseMlp48 = dense(48, {updateInterval: 100, seeds: 1, isExtended: false});
export const denseMlp200 = dense(200, {updateInterval: 1500, seeds: 3, isExtended: true});
