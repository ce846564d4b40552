/** Dynamic network surgery: small weights are left out, go on learning, and return where they grow. */

import {networkSurgery, sparsify} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = networkSurgery({deviations: 1});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('networkSurgery', model);
