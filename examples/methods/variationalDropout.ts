/** Variational dropout: weights whose noise is larger than they are count as 0 in the end. So short a training takes a smaller λ than 1 / samples. */

import {sparsify, variationalDropout} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = variationalDropout({lambda: 1e-4, initial: -6});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('variationalDropout', model);
