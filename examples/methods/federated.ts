/** Federated training: each client explores on its own; the server takes the mean of their kernels, and of its weights the largest. */

import {magnitudeScores, SETScheduler, selectGlobally, setTopologies, sparseWeights, sparsify, Topology} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const CLIENTS = [1, 2, 3];
const server = sparsify(denseNetwork(), {density: 0.1, seed: 1});
const clients = CLIENTS.map(() => sparsify(denseNetwork(), {density: 0.1, seed: 1}));

for (let round = 1; round <= 2; round++) {
  for (const [i, client] of clients.entries()) {
    await trainModel(client, (model) => new SETScheduler(model, {updateInterval: 10, dropFraction: 0.2, seed: i}));
  }
  for (const [i, {name, weight}] of sparseWeights(server).entries()) {
    const {shape, size, nnz} = weight.topology;
    const mean = new Float32Array(size);
    for (const client of clients) {
      const {topology, variable} = sparseWeights(client)[i].weight;
      const values = await variable.data();
      topology.positions().forEach((position, slot) => {
        mean[position] += values[slot] / CLIENTS.length;
      });
    }
    const topology = Topology.fromPositions(shape, selectGlobally([magnitudeScores(mean)], nnz)[0]);
    const values = {[name]: Float32Array.from(topology.positions(), (position) => mean[position])};
    for (const model of [server, ...clients]) await setTopologies(model, {[name]: topology}, {values});
  }
}
// Only kernels are merged: the server trains its biases itself.
await trainModel(server);
await report('federated', server);
