/** Early-bird ticket: dense training stops as soon as the largest weights are the same ones; the ticket is trained on. */

import {initialTopologies, magnitude, sparsify, type Topology} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const density = 0.1;
const dense = denseNetwork();
let before: Record<string, Topology> | undefined;
for (let period = 1; period <= 10; period++) {
  await trainModel(dense);
  const now = await initialTopologies(dense, {density, criterion: magnitude()});
  const [changed, all] = before ? distance(before, now) : [1, 1];
  before = now;
  if (changed / all < 0.1) break;
}
const model = sparsify(dense, {density, topologies: before!});
await trainModel(model);
await report('earlyBird', model);

/** How many connections of the first are none of the second, and how many there are. */
function distance(first: Record<string, Topology>, second: Record<string, Topology>): [number, number] {
  const counts = Object.entries(first).map(([name, topology]) => {
    const others = new Set<number>(second[name].positions());
    return [topology.positions().filter((position) => !others.has(position)).length, topology.nnz];
  });
  return counts.reduce(([changed, all], [c, a]) => [changed + c, all + a], [0, 0]) as [number, number];
}
