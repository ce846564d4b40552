/** SynFlow: a hundred rounds without data, then SET-ITOP. */

import {cosineDecay, initialTopologies, SETScheduler, sparsify, synflow} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const dense = denseNetwork();
const topologies = await initialTopologies(dense, {density: 0.05, criterion: synflow(), rounds: 100});
const model = sparsify(dense, {density: 0.05, topologies});
const dropFraction = cosineDecay(0.5, STEPS);
const scheduler = await trainModel(
  model,
  (compiled) => new SETScheduler(compiled, {updateInterval: 10, dropFraction, seed: 1}),
);
await report('synflow', model, scheduler);
