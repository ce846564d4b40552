/** SRigL: RigL in which outputs have the same number of inputs, and those without salient connections have none. */

import {
  constantFanIn,
  cosineDecay,
  DSTScheduler,
  gradientGrowth,
  initialTopologies,
  magnitudePruning,
  random,
  sparsify,
} from 'itop';
import {denseNetwork, report, STEPS, trainModel} from './task.ts';

const dense = denseNetwork();
const structure = constantFanIn({minSalient: 0.3});
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
await report('srigl', model, scheduler);
