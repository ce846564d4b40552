import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Appendix F: growth of the unexplored first against growth at random. */
export const appendixF: Experiment = {
  name: 'appendix-f',
  question: 'Does growing what was never active first explore more, and is it better for it?',
  seeds: 3,
  runs: (seed) =>
    [100, 400].flatMap((updateInterval) =>
      (['set', 'unexplored'] as const).map((method) =>
        runSettings({network: 'MLP-CIFAR10', method, density: 0.02, updateInterval, seed}),
      ),
    ),
};
