import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 3 again where a training takes seconds, so that several seeds tell an effect from chance. */
export const fig3Lenet: Experiment = {
  name: 'fig3-lenet',
  question: 'The same for LeNet-300-100 on MNIST, SET and RigL, over several seeds.',
  seeds: 3,
  runs: (seed) => [
    runSettings({network: 'LeNet-300-100', method: 'static', density: 0.02, seed}),
    ...[100, 1000, 25, 400, 10].flatMap((updateInterval) =>
      (['set', 'rigl'] as const).map((method) =>
        runSettings({network: 'LeNet-300-100', method, density: 0.02, updateInterval, seed}),
      ),
    ),
  ],
};
