/** Soft Deep Rewiring: a penalty draws weights to zero, where connections become dormant; noise brings some of them back. */

import {softDeepRewiring, sparsify} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = softDeepRewiring({noise: 1e-4, l1: 2e-3, lowest: -0.02});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('softDeepRewiring', model);
