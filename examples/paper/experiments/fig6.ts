import {type PaperNetwork, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 6: smaller batches give more steps and so more updates at the same ΔT; the static network shows what the batch does alone. */
function fig6(name: string, network: PaperNetwork, batchSizes: readonly number[], seeds: number): Experiment {
  return {
    name,
    question: `Does a smaller batch help to train ${network}, and is it by exploration?`,
    seeds,
    runs: (seed) =>
      batchSizes.flatMap((batchSize) =>
        (['set', 'static'] as const).map((method) =>
          runSettings({network, method, density: 0.02, batchSize, updateInterval: 100, seed}),
        ),
      ),
  };
}

export const fig6Mlp = fig6('fig6-mlp', 'MLP-CIFAR10', [128, 32, 256], 1);
export const fig6Lenet = fig6('fig6-lenet', 'LeNet-300-100', [100, 400, 25], 2);
