/** Soft thresholds: each layer learns below which size its weights count as nothing; weight decay drives them there. */

import * as tf from '@tensorflow/tfjs';
import {softThreshold, sparsify} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = softThreshold({initial: -6});
const model = sparsify(denseNetwork({kernelRegularizer: tf.regularizers.l2({l2: 5e-4})}), {
  density: 1,
  reparameterization,
});
await trainModel(model);
reportUsed(model);
await report('str', model);
