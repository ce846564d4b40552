import {type PaperNetwork, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 7: topologies of SNIP, of lottery tickets and at random, each with and without exploration, and the dense network. */
function fig7(name: string, network: PaperNetwork, density: number, seeds: number): Experiment {
  return {
    name,
    question: `Does exploration improve the topologies of SNIP and of a lottery ticket for ${network}, and how far is dense?`,
    seeds,
    runs: (seed) => [
      ...(['snip', 'random'] as const).flatMap((start) =>
        (['static', 'set'] as const).map((method) =>
          runSettings({network, method, start, density, updateInterval: 100, seed}),
        ),
      ),
      // Last, since they cost by far the most: a lottery ticket needs the dense training.
      runSettings({network, method: 'dense', seed}),
      ...(['static', 'set'] as const).map((method) =>
        runSettings({network, method, start: 'lottery', density, updateInterval: 100, seed}),
      ),
    ],
  };
}

export const fig7Mlp = fig7('fig7-mlp', 'MLP-CIFAR10', 0.02, 1);
export const fig7Lenet = fig7('fig7-lenet', 'LeNet-300-100', 0.02, 3);
export const fig7Cnn = fig7('fig7-cnn', 'LeNet-5', 0.05, 1);
