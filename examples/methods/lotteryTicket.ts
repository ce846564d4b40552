/** Iterative magnitude pruning with late rewinding: five times a third less, each time from the weights of the first epoch. */

import {magnitudeScores, selectGlobally, setTopologies, sparseWeights, sparsify, Topology} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const model = sparsify(denseNetwork(), {density: 1});
const weights = sparseWeights(model);
await trainModel(model);
const early = await Promise.all(
  weights.map(async ({weight}) => (await weight.variable.data()).slice() as Float32Array),
);

for (let round = 1; round <= 5; round++) {
  await trainModel(model);
  const scores = weights.map(({weight}) => magnitudeScores(weight.variable.dataSync<'float32'>()));
  const left = Math.round((2 / 3) * scores.reduce((sum, {length}) => sum + length, 0));
  const topologies: Record<string, Topology> = {};
  const values: Record<string, Float32Array> = {};
  for (const [i, slots] of selectGlobally(scores, left).entries()) {
    const {name, weight} = weights[i];
    const positions = weight.topology.positions();
    topologies[name] = Topology.fromPositions(
      weight.topology.shape,
      slots.map((slot) => positions[slot]),
    );
    values[name] = Float32Array.from(topologies[name].positions(), (position) => early[i][position]);
  }
  await setTopologies(model, topologies, {values});
}
await trainModel(model);
await report('lotteryTicket', model);
