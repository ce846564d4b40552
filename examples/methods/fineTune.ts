/** A dense model that was trained before: its largest weights stay, and RigL finds better places for some of them. */

import {cosineDecay, initialTopologies, magnitude, RigLScheduler, sparsify} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const dense = denseNetwork();
await trainModel(dense);
const topologies = await initialTopologies(dense, {density: 0.05, criterion: magnitude()});
const model = sparsify(dense, {density: 0.05, topologies});
const scheduler = await trainModel(
  model,
  (compiled) => new RigLScheduler(compiled, {updateInterval: 10, dropFraction: cosineDecay(0.2, STEPS), seed: 1}),
);
await report('fineTune', model, scheduler);
