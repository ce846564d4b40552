import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 5: growth by gradient against growth at random, over the interval. */
export const fig5Mlp: Experiment = {
  name: 'fig5-mlp',
  question: 'Does RigL need a longer interval than SET, and what does it explore?',
  seeds: 2,
  runs: (seed) => [
    runSettings({network: 'MLP-CIFAR10', method: 'static', density: 0.02, seed}),
    ...[100, 400, 1000, 25].flatMap((updateInterval) =>
      (['set', 'rigl'] as const).map((method) =>
        runSettings({network: 'MLP-CIFAR10', method, density: 0.02, updateInterval, seed}),
      ),
    ),
  ],
};
