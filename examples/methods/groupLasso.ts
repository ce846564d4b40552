/** Group lasso: inputs that are not needed lose all their connections together. */

import {groupLasso, sparsify} from 'itop';
import {denseNetwork, report, reportUsed, trainModel} from './task.ts';

const reparameterization = groupLasso({lambda: 3e-3, groups: 'input', threshold: 0.01});
const model = sparsify(denseNetwork(), {density: 1, reparameterization});
await trainModel(model);
reportUsed(model);
await report('groupLasso', model);
