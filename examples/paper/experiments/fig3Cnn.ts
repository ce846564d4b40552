import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 3 for a convolutional network, at the scale of one CPU core: LeNet-5 on CIFAR-10. */
export const fig3Cnn: Experiment = {
  name: 'fig3-cnn',
  question: 'The same for LeNet-5, a convolutional network, on CIFAR-10 at density 0.05.',
  seeds: 2,
  runs: (seed) => [
    runSettings({network: 'LeNet-5', method: 'static', density: 0.05, seed}),
    ...[100, 400, 25, 1000].map((updateInterval) =>
      runSettings({network: 'LeNet-5', method: 'set', density: 0.05, updateInterval, seed}),
    ),
  ],
};
