/** Cannistraci-Hebb training: grow where the network's own paths lead, without any gradient. */

import {cannistraciHebb, cosineDecay, DSTScheduler, growHighest, magnitudePruning, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: growHighest(cannistraciHebb()),
      dropFraction: cosineDecay(0.3, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('cht', model, scheduler);
