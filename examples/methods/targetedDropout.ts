/** Targeted dropout: the 80 % smallest weights are dropped at random in training, and pruned at once after it. */

import {initialTopologies, magnitude, sparsify, targetedDropout, toDense} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const reparameterization = targetedDropout({targeted: 0.8, rate: 0.5});
const trained = sparsify(denseNetwork(), {density: 1, reparameterization, seed: 1});
await trainModel(trained);
const dense = toDense(trained);
const topologies = await initialTopologies(dense, {density: 0.2, criterion: magnitude(), scope: 'layer'});
const model = sparsify(dense, {density: 0.2, topologies});
model.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy']});
await report('targetedDropout', model);
