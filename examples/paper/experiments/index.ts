import {type RunSettings, runName} from '../settings.ts';
import {appendixF} from './appendixF.ts';
import type {Experiment} from './experiment.ts';
import {fig3Lenet} from './fig3Lenet.ts';
import {fig3Mlp2, fig3Mlp5} from './fig3Mlp.ts';
import {fig4Mlp} from './fig4Mlp.ts';
import {fig5Mlp} from './fig5Mlp.ts';
import {fig6Mlp} from './fig6Mlp.ts';
import {fig7Lenet} from './fig7Lenet.ts';
import {fig7Mlp} from './fig7Mlp.ts';
import {fig8Mlp} from './fig8Mlp.ts';

/** All experiments, the most important first. */
export const experiments: readonly Experiment[] = [
  fig3Mlp2,
  fig3Lenet,
  fig5Mlp,
  fig4Mlp,
  fig6Mlp,
  fig7Mlp,
  appendixF,
  fig7Lenet,
  fig3Mlp5,
  fig8Mlp,
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
