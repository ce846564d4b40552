/** GraNet: from half dense to sparse by the ranks of the whole network, with regrowth by gradient at every update. */

import {
  byRank,
  cosineDecay,
  cubicDensity,
  DSTScheduler,
  gradientGrowth,
  magnitude,
  magnitudePruning,
  sparsify,
} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.5, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      density: cubicDensity(0.5, 0.05, {endStep: STEPS / 2}),
      redistribution: byRank(magnitude()),
      dropFraction: cosineDecay(0.5, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('granet', model, scheduler);
