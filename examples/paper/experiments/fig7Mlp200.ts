import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 7 as in the paper: 200 epochs, at the interval that is reliable for MLPs. */
export const fig7Mlp200: Experiment = {
  name: 'fig7-mlp-200',
  question: 'Over 200 epochs, are SNIP and lottery tickets better with exploration, and is SET from random above them?',
  seeds: 1,
  runs: (seed) => [
    // Lottery tickets last: they need the dense training.
    ...(['snip', 'random', 'lottery'] as const).flatMap((start) =>
      [0.02, 0.05].flatMap((density) =>
        (['static', 'set'] as const).map((method) =>
          runSettings({network: 'MLP-CIFAR10', method, start, density, epochs: 200, updateInterval: 1500, seed}),
        ),
      ),
    ),
    runSettings({network: 'MLP-CIFAR10', method: 'dense', epochs: 200, seed}),
  ],
};
