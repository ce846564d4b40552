import {type PaperMethod, type PaperNetwork, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** Intervals that span the whole range from nearly no exploration to updates too frequent to be reliable. */
const INTERVALS = [100, 400, 25, 1000, 10];

/** Fig. 3: SET with ever shorter intervals at the usual training time, on CIFAR-10. */
function fig3(name: string, network: PaperNetwork, density: number, seeds: number): Experiment {
  return {
    name,
    question: `Does accuracy of ${network} at density ${density} rise with R_s as ΔT is shortened, until updates come too fast?`,
    seeds,
    runs: (seed) => [
      runSettings({network, method: 'static', density, seed}),
      ...INTERVALS.map((updateInterval) => runSettings({network, method: 'set', density, updateInterval, seed})),
    ],
  };
}

export const fig3Mlp2 = fig3('fig3-mlp-2', 'MLP-CIFAR10', 0.02, 3);
export const fig3Mlp5 = fig3('fig3-mlp-5', 'MLP-CIFAR10', 0.05, 3);
export const fig3Mlp10 = fig3('fig3-mlp-10', 'MLP-CIFAR10', 0.1, 3);
export const fig3Mlp20 = fig3('fig3-mlp-20', 'MLP-CIFAR10', 0.2, 3);
export const fig3Cnn = fig3('fig3-cnn', 'LeNet-5', 0.05, 2);

/** Fig. 3 and 5 at the paper's own training time of 200 epochs, with intervals as long as the paper's. */
export const fig3Mlp200: Experiment = {
  name: 'fig3-mlp-200',
  question: 'The same over 200 epochs, as long as in the paper, SET and RigL.',
  seeds: 1,
  runs: (seed) => {
    const run = (method: PaperMethod, updateInterval = 0) =>
      runSettings({network: 'MLP-CIFAR10', method, density: 0.02, epochs: 200, updateInterval, seed});
    return [
      run('static'),
      run('set', 400),
      run('set', 1500),
      run('set', 100),
      run('rigl', 1500),
      run('rigl', 4000),
      run('set', 4000),
      run('set', 25),
    ];
  },
};
