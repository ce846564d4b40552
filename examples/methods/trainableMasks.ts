/** Trainable masks: each output learns a threshold, and a penalty raises it. */

import {sparseWeights, sparsify, trainableMask} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const reparameterization = trainableMask({alpha: 1e-3});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
const values = sparseWeights(model).map(({weight}) => weight.computed(false).dataSync());
const all = values.reduce((sum, {length}) => sum + length, 0);
const used = values.reduce((sum, each) => sum + each.filter((value) => value !== 0).length, 0);
console.log(`density ${(used / all).toFixed(3)}`);
await report('trainableMasks', model);
