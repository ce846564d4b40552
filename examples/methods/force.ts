/** FORCE: SNIP in twenty rounds in which connections can return, then SET-ITOP. */

import {cosineDecay, force, initialTopologies, SETScheduler, sparsify} from 'itop';
import {denseNetwork, report, STEPS, train, trainModel} from './task.ts';

const dense = denseNetwork();
const topologies = await initialTopologies(dense, {density: 0.05, criterion: force(train), rounds: 20});
const model = sparsify(dense, {density: 0.05, topologies});
const dropFraction = cosineDecay(0.5, STEPS);
const scheduler = await trainModel(
  model,
  (compiled) => new SETScheduler(compiled, {updateInterval: 10, dropFraction, seed: 1}),
);
await report('force', model, scheduler);
