import {type RunSettings, runName} from '../settings.ts';
import {appendixF} from './appendixF.ts';
import type {Experiment} from './experiment.ts';
import {fig3Cnn, fig3Mlp2, fig3Mlp5, fig3Mlp10, fig3Mlp20, fig3Mlp200} from './fig3.ts';
import {fig3Lenet} from './fig3Lenet.ts';
import {fig4Lenet, fig4Mlp} from './fig4.ts';
import {fig5Mlp} from './fig5Mlp.ts';
import {fig6Lenet, fig6Mlp} from './fig6.ts';
import {fig7Cnn, fig7Lenet, fig7Mlp} from './fig7.ts';
import {fig8Lenet, fig8Mlp} from './fig8.ts';
import {initialization} from './initialization.ts';
import {table1} from './table1.ts';

/** All experiments, the most telling for their time first. */
export const experiments: readonly Experiment[] = [
  fig3Lenet,
  fig7Lenet,
  fig4Lenet,
  fig6Lenet,
  table1,
  fig3Mlp2,
  fig5Mlp,
  fig4Mlp,
  fig7Mlp,
  appendixF,
  fig6Mlp,
  fig3Cnn,
  fig7Cnn,
  fig3Mlp5,
  fig3Mlp200,
  fig3Mlp10,
  fig3Mlp20,
  fig8Lenet,
  fig8Mlp,
  initialization,
];

/**
 * The trainings of some experiments, each once, in the order in which they are worth running: all experiments with the
 * first seed, then all with the second, and so on, so that a queue cut off anywhere has the core of every figure.
 */
export function queueOf(chosen: readonly Experiment[]): RunSettings[] {
  const queue = new Map<string, RunSettings>();
  const seeds = Math.max(0, ...chosen.map((experiment) => experiment.seeds));
  for (let seed = 1; seed <= seeds; seed++) {
    for (const experiment of chosen.filter((one) => seed <= one.seeds)) {
      for (const settings of experiment.runs(seed)) {
        if (!queue.has(runName(settings))) queue.set(runName(settings), settings);
      }
    }
  }
  return [...queue.values()];
}
