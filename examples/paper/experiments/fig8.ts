import {type PaperNetwork, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 8: training against test accuracy, from sparse and barely explored to dense; nearly all trained for the other figures. */
function fig8(name: string, network: PaperNetwork, intervals: Readonly<Record<number, readonly number[]>>): Experiment {
  return {
    name,
    question: `Is the gap between training and test accuracy of ${network} smaller when sparse than when dense?`,
    seeds: 1,
    runs: (seed) => [
      ...Object.entries(intervals).flatMap(([density, updateIntervals]) => [
        runSettings({network, method: 'static', density: Number(density), seed}),
        ...updateIntervals.map((updateInterval) =>
          runSettings({network, method: 'set', density: Number(density), updateInterval, seed}),
        ),
      ]),
      runSettings({network, method: 'dense', seed}),
    ],
  };
}

export const fig8Mlp = fig8('fig8-mlp', 'MLP-CIFAR10', {
  0.02: [1000, 400, 100, 25, 10],
  0.05: [1000, 100, 25],
  0.1: [100],
});
export const fig8Lenet = fig8('fig8-lenet', 'LeNet-300-100', {0.02: [1000, 400, 100, 25, 10]});
