import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 6: smaller batches give more steps and so more updates at the same ΔT; the static network shows what the batch does alone. */
export const fig6Mlp: Experiment = {
  name: 'fig6-mlp',
  question: 'Does a smaller batch help sparse training, and is it by exploration?',
  seeds: 1,
  runs: (seed) =>
    [128, 32, 256].flatMap((batchSize) =>
      (['set', 'static'] as const).map((method) =>
        runSettings({network: 'MLP-CIFAR10', method, density: 0.02, batchSize, updateInterval: 100, seed}),
      ),
    ),
};
