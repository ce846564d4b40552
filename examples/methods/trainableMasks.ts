/** Trainable masks: each output learns a threshold, and a penalty raises it. */

import {sparsify, trainableMask} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = trainableMask({alpha: 1e-3});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('trainableMasks', model);
