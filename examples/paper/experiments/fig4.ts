import {type PaperNetwork, type RunSettings, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

const TYPICAL_EPOCHS = 12;

/** Fig. 4: the interval fixed, the training longer; the control explores only as long as in the usual time. */
function fig4(name: string, network: PaperNetwork, longer: readonly number[], seeds: number): Experiment {
  return {
    name,
    question: `Does longer training of ${network} help because more is explored, or only because it is longer?`,
    seeds,
    runs: (seed) => {
      const run = (epochs: number, rest: Partial<RunSettings> = {}) =>
        runSettings({network, method: 'set', density: 0.02, epochs, updateInterval: 100, seed, ...rest});
      return [
        run(TYPICAL_EPOCHS),
        ...longer.flatMap((epochs) => [run(epochs), run(epochs, {exploreEpochs: TYPICAL_EPOCHS})]),
      ];
    },
  };
}

export const fig4Mlp = fig4('fig4-mlp', 'MLP-CIFAR10', [24, 48, 200], 1);
export const fig4Lenet = fig4('fig4-lenet', 'LeNet-300-100', [24, 48], 2);
