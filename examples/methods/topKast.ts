/** Top-KAST: 5 % of the weights are used, 10 % learn, and a penalty keeps the others small. */

import {sparsify, topKast} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = topKast({forward: 0.05, backward: 0.1, l2: 1e-4});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('topKast', model);
