import {type PaperMethod, type RunSettings, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

const TYPICAL_EPOCHS = 200;

/** Fig. 4 and 5 as in the paper: training extended beyond the typical time at a reliable interval. */
export const fig4Extended: Experiment = {
  name: 'fig4-extended',
  question: 'Do SET at ΔT 1500 and RigL at ΔT 4000 go on improving over 600 and 1000 epochs, and without exploration?',
  seeds: 1,
  runs: (seed) =>
    [TYPICAL_EPOCHS, 600, 1000].flatMap((epochs) =>
      [0.02, 0.05].flatMap((density) => {
        const run = (method: PaperMethod, updateInterval: number, rest: Partial<RunSettings> = {}) =>
          runSettings({network: 'MLP-CIFAR10', method, density, epochs, updateInterval, seed, ...rest});
        const controls = epochs > TYPICAL_EPOCHS ? [run('set', 1500, {exploreEpochs: TYPICAL_EPOCHS})] : [];
        return [run('set', 1500), ...controls, run('rigl', 4000)];
      }),
    ),
};
