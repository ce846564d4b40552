import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Table 1: R_s over the drop fraction and the interval; intervals give about as many updates as the paper's. */
export const table1: Experiment = {
  name: 'table1-lenet',
  question: 'Which R_s do P and ΔT lead to, is it as predicted, and what becomes of accuracy?',
  seeds: 1,
  runs: (seed) =>
    [0.9, 0.7, 0.5, 0.3, 0.1].flatMap((dropFraction) =>
      [1600, 800, 400, 200, 100].map((updateInterval) =>
        runSettings({network: 'LeNet-300-100', method: 'set', density: 0.05, dropFraction, updateInterval, seed}),
      ),
    ),
};
