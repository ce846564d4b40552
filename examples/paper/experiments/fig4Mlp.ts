import {type PaperMethod, type RunSettings, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

const TYPICAL_EPOCHS = 12;
const INTERVAL = 100;

/** Fig. 4: the interval fixed, the training longer; the control explores only as long as in the usual time. */
export const fig4Mlp: Experiment = {
  name: 'fig4-mlp',
  question: 'Does longer training help because more is explored, or only because it is longer?',
  seeds: 1,
  runs: (seed) => {
    const run = (method: PaperMethod, epochs: number, rest: Partial<RunSettings> = {}) =>
      runSettings({network: 'MLP-CIFAR10', method, density: 0.02, epochs, seed, ...rest});
    return [
      run('set', TYPICAL_EPOCHS, {updateInterval: INTERVAL}),
      ...[2, 4].flatMap((factor) => {
        const epochs = factor * TYPICAL_EPOCHS;
        return [
          run('set', epochs, {updateInterval: INTERVAL}),
          run('set', epochs, {updateInterval: INTERVAL, exploreEpochs: TYPICAL_EPOCHS}),
        ];
      }),
    ];
  },
};
