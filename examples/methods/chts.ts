/** Cannistraci-Hebb training with the soft rule: what grows is drawn in proportion to its score. */

import {cannistraciHebb, cosineDecay, DSTScheduler, growHighest, magnitudePruning, sampled, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.05, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: growHighest(sampled(cannistraciHebb())),
      dropFraction: cosineDecay(0.3, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('chts', model, scheduler);
