/** Soft thresholds: each layer learns below which size its weights count as nothing; weight decay drives them there. */

import * as tf from '@tensorflow/tfjs';
import {softThreshold, sparseWeights, sparsify} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const reparameterization = softThreshold({initial: -6});
const model = sparsify(denseNetwork({kernelRegularizer: tf.regularizers.l2({l2: 5e-4})}), {
  density: 1,
  reparameterization,
});
await trainModel(model);
const values = sparseWeights(model).map(({weight}) => weight.computed(false).dataSync());
const all = values.reduce((sum, {length}) => sum + length, 0);
const used = values.reduce((sum, each) => sum + each.filter((value) => value !== 0).length, 0);
console.log(`density ${(used / all).toFixed(3)}`);
await report('str', model);
