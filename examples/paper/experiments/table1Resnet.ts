import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Table 1 with its own network at a tenth of its training time, at three of its points. */
export const table1Resnet: Experiment = {
  name: 'table1-resnet',
  question: 'Is P = 0.5 better than 0.1 and 0.9 for ResNet-18 on CIFAR-10 at density 0.05, over 20 epochs?',
  seeds: 1,
  runs: (seed) =>
    [0.5, 0.1, 0.9].map((dropFraction) =>
      runSettings({
        network: 'ResNet-18',
        method: 'set',
        density: 0.05,
        epochs: 20,
        dropFraction,
        updateInterval: 300,
        seed,
      }),
    ),
};
