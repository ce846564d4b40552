/** Sparse momentum: drop by magnitude; each layer grows as many as its mean momentum asks for, where the momentum is largest. */

import {
  byMean,
  cosineDecay,
  DSTScheduler,
  gradient,
  gradientGrowth,
  gradientMomentum,
  magnitudePruning,
  sparsify,
} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      signal: gradientMomentum(0.9),
      redistribution: byMean(gradient()),
      dropFraction: cosineDecay(0.5, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('snfs', model, scheduler);
