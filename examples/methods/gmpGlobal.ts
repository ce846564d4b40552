/** Gradual magnitude pruning by the ranks of the whole network: from dense to sparse, nothing grows. */

import {byRank, cubicDensity, DSTScheduler, magnitude, magnitudePruning, randomGrowth, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 1, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: randomGrowth(),
      density: cubicDensity(1, 0.05, {endStep: STEPS / 2}),
      redistribution: byRank(magnitude()),
      dropFraction: 0,
      updateInterval: 10,
      seed: 1,
    }),
);
await report('gmpGlobal', model, scheduler);
