/** QuickSelection: which pixels matter is how strongly they are connected after sparse training; a picture of them. */

import {connectionStrength, SETScheduler, sparseWeights, sparsify} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 0.1, seed: 1});
const scheduler = await trainModel(
  model,
  (compiled) => new SETScheduler(compiled, {updateInterval: 5, dropFraction: 0.3, seed: 1}),
);
const [{weight}] = sparseWeights(model);
const {inputs} = connectionStrength(weight.topology, await weight.variable.data<'float32'>());
const strongest = new Set([...inputs.keys()].sort((a, b) => inputs[b] - inputs[a]).slice(0, 150));
const rows = Array.from({length: 28}, (_, y) =>
  Array.from({length: 28}, (_, x) => (strongest.has(28 * y + x) ? '#' : '.')),
);
console.log(rows.map((row) => row.join('')).join('\n'));
await report('quickSelection', model, scheduler);
