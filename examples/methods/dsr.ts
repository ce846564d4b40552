/** Dynamic sparse reparameterization: one adaptive threshold for all layers; what goes, comes back where most survived. */

import {adaptiveThresholdPruning, bySurvivors, DSTScheduler, randomGrowth, sparsify} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: adaptiveThresholdPruning(0.001),
      grower: randomGrowth(),
      redistribution: bySurvivors(),
      regrown: 'never',
      dropFraction: 0.1,
      updateInterval: 10,
      seed: 1,
    }),
);
await report('dsr', model, scheduler);
