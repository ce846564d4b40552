import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 7 where the dense training of a lottery ticket is affordable: SNIP and LTH with and without exploration, and dense. */
export const fig7Lenet: Experiment = {
  name: 'fig7-lenet',
  question: 'Does exploration improve the topologies of SNIP and of a lottery ticket, and how far is dense?',
  seeds: 3,
  runs: (seed) => [
    runSettings({network: 'LeNet-300-100', method: 'dense', seed}),
    ...(['lottery', 'snip', 'random'] as const).flatMap((start) =>
      (['static', 'set'] as const).map((method) =>
        runSettings({network: 'LeNet-300-100', method, start, density: 0.02, updateInterval: 100, seed}),
      ),
    ),
  ],
};
