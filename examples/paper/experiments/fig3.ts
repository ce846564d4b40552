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

/** Fig. 3 and 5 at the paper's typical training time of 200 epochs, over the whole range of intervals. */
export const fig3Mlp200: Experiment = {
  name: 'fig3-mlp-200',
  question: 'The same over 200 epochs, as long as in the paper, SET and RigL: does accuracy fall at ΔT 30 and 10?',
  seeds: 1,
  runs: (seed) => {
    const run = (method: PaperMethod, updateInterval = 0) =>
      runSettings({network: 'MLP-CIFAR10', method, density: 0.02, epochs: 200, updateInterval, seed});
    return [
      run('static'),
      ...[1500, 400, 100, 30, 10, 4000].map((updateInterval) => run('set', updateInterval)),
      ...[4000, 1500, 400, 100, 10].map((updateInterval) => run('rigl', updateInterval)),
    ];
  },
};

/** A convolutional network of the paper, at a tenth of its training time and with intervals shortened as much. */
export const fig3Vgg: Experiment = {
  name: 'fig3-vgg',
  question: 'The same for VGG-16 on CIFAR-10, SET and RigL, over 20 epochs.',
  seeds: 1,
  runs: (seed) =>
    [0.02, 0.05].flatMap((density) => {
      const run = (method: PaperMethod, updateInterval = 0) =>
        runSettings({network: 'VGG-16-C', method, density, epochs: 20, updateInterval, seed});
      return [run('static'), run('set', 200), run('rigl', 400), run('set', 50)];
    }),
};
