/** Grow and prune, as NeST does with connections: from 2 % of them up to 20 % by gradients, then down to 5 % by magnitude. */

import {byRank, cubicDensity, DSTScheduler, gradientGrowth, magnitude, magnitudePruning, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.02, values: 'drawn', seed: 1});
const prune = cubicDensity(0.2, 0.05, {beginStep: STEPS / 2, endStep: STEPS});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      density: (step) => (step < STEPS / 2 ? 0.02 + (0.18 * step) / (STEPS / 2) : prune(step)),
      redistribution: byRank(magnitude()),
      dropFraction: 0,
      updateInterval: 10,
      seed: 1,
    }),
);
await report('nest', model, scheduler);
