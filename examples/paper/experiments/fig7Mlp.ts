import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 7: topologies that SNIP chooses before training, with and without exploration; ERK beside them. */
export const fig7Mlp: Experiment = {
  name: 'fig7-mlp',
  question: 'Does exploration improve a topology that SNIP has chosen?',
  seeds: 1,
  runs: (seed) =>
    (['snip', 'random'] as const).flatMap((start) =>
      (['static', 'set'] as const).map((method) =>
        runSettings({network: 'MLP-CIFAR10', method, start, density: 0.02, updateInterval: 100, seed}),
      ),
    ),
};
