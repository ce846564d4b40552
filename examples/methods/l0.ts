/** L0 regularization: inputs of a layer have gates, drawn at random in training. So short a training closes none for good. */

import {hardConcrete, sparseWeights, sparsify} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const reparameterization = hardConcrete({lambda: 1e-5});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
const values = sparseWeights(model).map(({weight}) => weight.computed(false).dataSync());
const all = values.reduce((sum, {length}) => sum + length, 0);
const used = values.reduce((sum, each) => sum + each.filter((value) => value !== 0).length, 0);
console.log(`density ${(used / all).toFixed(3)}`);
await report('l0', model);
