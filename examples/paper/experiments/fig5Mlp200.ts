import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Fig. 5 at the paper's training time and with its reliable intervals, over seeds. */
export const fig5Mlp200: Experiment = {
  name: 'fig5-mlp-200',
  question: 'How far are SET at ΔT 1500, RigL at ΔT 4000 and the static MLP apart over 200 epochs and three seeds?',
  seeds: 3,
  runs: (seed) => {
    const settings = {network: 'MLP-CIFAR10', density: 0.02, epochs: 200, seed} as const;
    return [
      runSettings({...settings, method: 'set', updateInterval: 1500}),
      runSettings({...settings, method: 'static'}),
      runSettings({...settings, method: 'rigl', updateInterval: 4000}),
    ];
  },
};
