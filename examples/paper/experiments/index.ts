import {type RunSettings, runName} from '../settings.ts';
import {appendixF} from './appendixF.ts';
import {denseMlp12, denseMlp48, denseMlp200} from './dense.ts';
import type {Experiment} from './experiment.ts';
import {fig3Cnn, fig3Mlp2, fig3Mlp5, fig3Mlp10, fig3Mlp20, fig3Mlp200, fig3Vgg} from './fig3.ts';
import {fig3Lenet} from './fig3Lenet.ts';
import {fig4Lenet, fig4Mlp} from './fig4.ts';
import {fig4Extended} from './fig4Extended.ts';
import {fig5Mlp} from './fig5Mlp.ts';
import {fig5Mlp200} from './fig5Mlp200.ts';
import {fig6Lenet, fig6Mlp} from './fig6.ts';
import {fig6Mlp200} from './fig6Mlp200.ts';
import {fig7Cnn, fig7Lenet, fig7Mlp} from './fig7.ts';
import {fig7Mlp200} from './fig7Mlp200.ts';
import {fig8Lenet, fig8Mlp} from './fig8.ts';
import {fig8Mlp200} from './fig8Mlp200.ts';
import {initialization} from './initialization.ts';
import {official} from './official.ts';
import {queuePart, type Shard} from './shard.ts';
import {table1} from './table1.ts';
import {table1Resnet} from './table1Resnet.ts';

/** All experiments, the most telling for their time first: those at the paper's length, then the short ones. */
export const experiments: readonly Experiment[] = [
  official,
  fig3Mlp200,
  fig5Mlp200,
  denseMlp12,
  denseMlp48,
  denseMlp200,
  fig4Extended,
  fig6Mlp200,
  fig7Mlp200,
  fig8Mlp200,
  appendixF,
  fig3Vgg,
  table1Resnet,
  fig3Lenet,
  fig7Lenet,
  fig4Lenet,
  fig6Lenet,
  table1,
  fig3Mlp2,
  fig5Mlp,
  fig4Mlp,
  fig7Mlp,
  fig6Mlp,
  fig3Cnn,
  fig7Cnn,
  fig3Mlp5,
  fig3Mlp10,
  fig3Mlp20,
  fig8Lenet,
  fig8Mlp,
  initialization,
];

/**
 * The trainings of some experiments, each once: experiment by experiment, and of each all with the first seed, then all
 * with the second.
 *
 * @param shard  leaves every `count`-th training. @defaultValue all
 */
export function queueOf(chosen: readonly Experiment[], shard: Shard = {index: 1, count: 1}): RunSettings[] {
  const queue = new Map<string, RunSettings>();
  for (const {runs, seeds} of chosen) {
    for (let seed = 1; seed <= seeds; seed++) {
      for (const settings of runs(seed)) {
        if (!queue.has(runName(settings))) queue.set(runName(settings), settings);
      }
    }
  }
  return queuePart([...queue.values()], shard);
}
