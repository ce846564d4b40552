import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 6 as in the paper: the interval and the epochs stay, the batch shrinks, and dense networks stand beside. */
export const fig6Mlp200: Experiment = {
  name: 'fig6-mlp-200',
  question:
    'Does a smaller batch help SET at ΔT 1500 over 200 epochs, down to which size, and does it hurt the dense MLP?',
  seeds: 1,
  runs: (seed) => {
    const settings = {network: 'MLP-CIFAR10', epochs: 200, seed} as const;
    const batchSizes = [128, 64, 32, 16, 8];
    return [
      ...batchSizes.flatMap((batchSize) =>
        [0.02, 0.05].map((density) =>
          runSettings({...settings, method: 'set', density, batchSize, updateInterval: 1500}),
        ),
      ),
      ...batchSizes.map((batchSize) => runSettings({...settings, method: 'dense', batchSize})),
    ];
  },
};
