/** SNIP-SET-ITOP: the connections that the loss would miss most, and SET from there on. */

import {cosineDecay, initialTopologies, SETScheduler, snip, sparsify} from 'itop';
import {denseNetwork, report, STEPS, train, trainModel} from './task.ts';

const dense = denseNetwork();
const topologies = await initialTopologies(dense, {density: 0.05, criterion: snip(train)});
const model = sparsify(dense, {density: 0.05, topologies});
const dropFraction = cosineDecay(0.5, STEPS);
const scheduler = await trainModel(
  model,
  (compiled) => new SETScheduler(compiled, {updateInterval: 10, dropFraction, seed: 1}),
);
await report('snipSetItop', model, scheduler);
