/** A density that swings between 3 and 7 %: rising, layers grow more than they drop; falling, less. */

import {DSTScheduler, gradientGrowth, magnitudePruning, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      density: (step) => 0.05 + 0.02 * Math.sin((2 * Math.PI * step) / STEPS),
      dropFraction: 0.2,
      updateInterval: 10,
      seed: 1,
    }),
);
await report('cyclicDensity', model, scheduler);
