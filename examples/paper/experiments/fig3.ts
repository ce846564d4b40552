import {runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Intervals that span the whole range from nearly no exploration to updates too frequent to be reliable. */
const INTERVALS = [100, 400, 25, 1000, 10];

/** Fig. 3: SET with ever shorter intervals at the usual training time, MLP on CIFAR-10. */
function fig3(name: string, density: number): Experiment {
  return {
    name,
    question: `Does accuracy at density ${density} rise with R_s as ΔT is shortened, until updates come too fast?`,
    seeds: 3,
    runs: (seed) => [
      runSettings({network: 'MLP-CIFAR10', method: 'static', density, seed}),
      ...INTERVALS.map((updateInterval) =>
        runSettings({network: 'MLP-CIFAR10', method: 'set', density, updateInterval, seed}),
      ),
    ],
  };
}

export const fig3Mlp2 = fig3('fig3-mlp-2', 0.02);
export const fig3Mlp5 = fig3('fig3-mlp-5', 0.05);
