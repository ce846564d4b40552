/** Continuous sparsification: each weight has a factor between 0 and 1, which is learned and becomes one of both. */

import {continuousSparsification, sparsify} from 'itop';
import {denseNetwork, report, reportUsed, STEPS, trainModel} from './task.ts';

const reparameterization = continuousSparsification({steps: STEPS, lambda: 1e-6});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('continuousSparsification', model);
