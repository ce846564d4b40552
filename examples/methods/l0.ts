/** L0 regularization: inputs of a layer have gates, drawn at random in training. So short a training closes none for good. */

import {hardConcrete, sparsify} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = hardConcrete({lambda: 1e-5});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('l0', model);
