/** 2:4 sparsity by a straight-through estimator: all weights learn, the two largest of every four are used. */

import {sparsify, srSte} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const reparameterization = srSte({n: 2, m: 4});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
await report('srSte', model);
