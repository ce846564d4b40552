/** 1:8 sparsity from the start: of eight neighbouring inputs of an output at most one is connected. */

import {
  cosineDecay,
  DSTScheduler,
  gradientGrowth,
  initialTopologies,
  magnitudePruning,
  nOfM,
  random,
  sparsify,
} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const dense = denseNetwork();
const structure = nOfM(1, 8);
const options = {density: 0.1, scope: 'layer', seed: 1} as const;
const topologies = await initialTopologies(dense, {...options, criterion: random(), structure});
const model = sparsify(dense, {density: 0.1, topologies});
const scheduler = await trainModel(
  model,
  (compiled) =>
    new DSTScheduler(compiled, {
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      structure,
      dropFraction: cosineDecay(0.5, STEPS),
      updateInterval: 10,
      seed: 1,
    }),
);
await report('nOfM', model, scheduler);
