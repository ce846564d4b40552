/** RigL that grows by the mean gradient of five steps instead of one. */

import {cosineDecay, DSTScheduler, gradientGrowth, magnitudePruning, meanGradient, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      signal: meanGradient(5),
      dropFraction: cosineDecay(0.5, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('accumulatedRigL', model, scheduler);
