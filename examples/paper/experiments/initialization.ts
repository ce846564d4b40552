import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Initial weights by PyTorch's rule, as in the official code: sparse and dense networks that differ from Fig. 8's in that alone. */
export const initialization: Experiment = {
  name: 'initialization-mlp',
  question: 'Is it the initial weights by which the dense MLP falls behind?',
  seeds: 1,
  runs: (seed) => {
    const both = (settings: Omit<Parameters<typeof runSettings>[0], 'network'>) =>
      (['pytorch', 'he'] as const).map((initialization) =>
        runSettings({network: 'MLP-CIFAR10', ...settings, initialization, seed}),
      );
    return [
      ...both({method: 'dense'}),
      ...[0.02, 0.05].flatMap((density) => [
        ...both({method: 'static', density}),
        ...both({method: 'set', density, updateInterval: 100}),
      ]),
    ];
  },
};
