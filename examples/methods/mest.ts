/** MEST: what stays has a large weight or one that is about to change; grown connections begin anew, fewer and fewer. */

import {DSTScheduler, dropLowest, linearDecay, mest, randomGrowth, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: dropLowest(mest(0.01)),
      grower: randomGrowth(),
      regrown: 'fresh',
      dropFraction: linearDecay(0.3, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('mest', model, scheduler);
