/** Top-KAST: 5 % of the weights are used, 10 % learn, and a penalty keeps the others small. */

import {sparseWeights, sparsify, topKast} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const reparameterization = topKast({forward: 0.05, backward: 0.1, l2: 1e-4});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
const values = sparseWeights(model).map(({weight}) => weight.computed(false).dataSync());
const all = values.reduce((sum, {length}) => sum + length, 0);
const used = values.reduce((sum, each) => sum + each.filter((value) => value !== 0).length, 0);
console.log(`density ${(used / all).toFixed(3)}`);
await report('topKast', model);
