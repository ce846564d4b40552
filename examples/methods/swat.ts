/** SWAT: a tenth of the weights is used, forwards and backwards, and gradients of all are made of a tenth of the activations. */

import {sparsify, swat} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = swat({weights: 0.1, activations: 0.1});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('swat', model);
