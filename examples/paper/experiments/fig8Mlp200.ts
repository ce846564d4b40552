import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 8 as in the paper: the gap over the density, SET-ITOP and RigL-ITOP beside dense, 200 epochs. */
export const fig8Mlp200: Experiment = {
  name: 'fig8-mlp-200',
  question: 'Does the gap between training and test accuracy grow with the density, for SET and RigL, up to dense?',
  seeds: 1,
  runs: (seed) => [
    ...[0.02, 0.05, 0.1, 0.2].flatMap((density) => {
      const settings = {network: 'MLP-CIFAR10', density, epochs: 200, seed} as const;
      return [
        runSettings({...settings, method: 'set', updateInterval: 1500}),
        runSettings({...settings, method: 'rigl', updateInterval: 4000}),
      ];
    }),
    runSettings({network: 'MLP-CIFAR10', method: 'dense', epochs: 200, seed}),
  ],
};
