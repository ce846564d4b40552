import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 8: training against test accuracy, from sparse and barely explored to dense. */
export const fig8Mlp: Experiment = {
  name: 'fig8-mlp',
  question: 'Is the gap between training and test accuracy smaller for a sparse network than for the dense one?',
  seeds: 1,
  runs: (seed) => [
    ...[0.02, 0.05].flatMap((density) => [
      runSettings({network: 'MLP-CIFAR10', method: 'static', density, seed}),
      ...[1000, 100, 25].map((updateInterval) =>
        runSettings({network: 'MLP-CIFAR10', method: 'set', density, updateInterval, seed}),
      ),
    ]),
    runSettings({network: 'MLP-CIFAR10', method: 'dense', seed}),
    runSettings({network: 'MLP-CIFAR10', method: 'static', density: 0.1, seed}),
    runSettings({network: 'MLP-CIFAR10', method: 'set', density: 0.1, updateInterval: 100, seed}),
  ],
};
