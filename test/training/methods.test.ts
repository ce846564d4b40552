import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  adaptiveThresholdPruning,
  byMean,
  byRank,
  bySurvivors,
  cannistraciHebb,
  constantFanIn,
  continuousSparsification,
  cubicDensity,
  deepRewiring,
  dropLowest,
  force,
  gradient,
  gradientGrowth,
  gradientMomentum,
  groupLasso,
  growHighest,
  magnitude,
  magnitudePruning,
  meanGradient,
  meanSquaredGradient,
  mest,
  networkSurgery,
  nOfM,
  random,
  randomGrowth,
  sampled,
  secondOrder,
  snip,
  softDeepRewiring,
  swat,
  variationalDropout,
} from 'itop';
import {beforeAll, describe, expect, it} from 'vitest';
import {CHANCE, learn, STUDENT_STEPS, type Student, teacherData} from '../support/teacher.ts';

beforeAll(async () => {
  await tf.setBackend('wasm');
});

const rigl = {pruner: magnitudePruning(), grower: gradientGrowth()};

/** Each reaches this share of connections on true inputs, twice what chance gives. */
const MARGIN = 2 * CHANCE;

const methods: Record<string, () => Student> = {
  RigL: () => ({options: rigl}),
  'sparse momentum': () => ({options: {...rigl, signal: gradientMomentum(0.9), redistribution: byMean(gradient())}}),
  'dynamic sparse reparameterization': () => ({
    options: {
      pruner: adaptiveThresholdPruning(0.01),
      grower: randomGrowth(),
      redistribution: bySurvivors(),
      regrown: 'never',
    },
  }),
  'Deep Rewiring': () => ({l1: 1e-3, options: {...deepRewiring(1e-3)}}),
  GraNet: () => ({
    density: 0.5,
    options: {...rigl, density: cubicDensity(0.5, 0.1, {endStep: 300}), redistribution: byRank(magnitude())},
  }),
  'gradual magnitude pruning over the network': () => ({
    density: 1,
    options: {
      pruner: magnitudePruning(),
      grower: randomGrowth(),
      dropFraction: 0,
      density: cubicDensity(1, 0.1, {endStep: 400}),
      redistribution: byRank(magnitude()),
    },
  }),
  'second-order pruning over the network': () => ({
    density: 1,
    options: {
      pruner: dropLowest(secondOrder()),
      grower: randomGrowth(),
      signal: meanSquaredGradient(10),
      dropFraction: 0,
      density: cubicDensity(1, 0.1, {endStep: 400}),
      redistribution: byRank(secondOrder()),
    },
  }),
  MEST: () => ({options: {pruner: dropLowest(mest(0.01)), grower: randomGrowth(), regrown: 'fresh'}}),
  'RigL with gradients over five steps': () => ({options: {...rigl, signal: meanGradient(5)}}),
  'RigL with constant fan-in': () => ({
    initial: {criterion: random(), structure: constantFanIn(), scope: 'layer', distribution: 'uniform'},
    options: {...rigl, structure: constantFanIn()},
  }),
  'SRigL with ablation': () => ({
    initial: {criterion: random(), structure: constantFanIn(), scope: 'layer', distribution: 'uniform'},
    options: {...rigl, structure: constantFanIn({minSalient: 0.3})},
  }),
  CHTs: () => ({options: {...rigl, grower: growHighest(sampled(cannistraciHebb()))}}),
  'RigL under 1:4': () => ({
    initial: {criterion: random(), structure: nOfM(1, 4), scope: 'layer', distribution: 'uniform'},
    options: {...rigl, structure: nOfM(1, 4)},
  }),
  SNIP: () => ({initial: {criterion: snip(teacherData()), scope: 'layer', distribution: 'uniform'}}),
  'variational dropout': () => ({density: 1, reparameterization: variationalDropout({lambda: 16 / 4096, initial: -3})}),
  'soft Deep Rewiring': () => ({
    density: 1,
    reparameterization: softDeepRewiring({noise: 1e-3, l1: 3e-3, lowest: -0.05}),
  }),
  SWAT: () => ({density: 1, reparameterization: swat({weights: 0.1, activations: 0.1})}),
  'dynamic network surgery': () => ({density: 1, reparameterization: networkSurgery({deviations: 2.5})}),
  'continuous sparsification': () => ({
    density: 1,
    reparameterization: continuousSparsification({steps: STUDENT_STEPS, lambda: 1e-3}),
  }),
  FORCE: () => ({initial: {criterion: force(teacherData()), rounds: 10, scope: 'layer', distribution: 'uniform'}}),
};

describe('connections find the inputs that matter, twice as often as by chance, at a density of at most 0.1:', () => {
  it.each(Object.keys(methods))('%s', async (name) => {
    const {trueShare, density} = await learn(methods[name]());
    expect(density).toBeLessThanOrEqual(0.1005);
    expect(trueShare).toBeGreaterThan(MARGIN);
  });

  it('group lasso leaves out nearly all inputs that do not matter, and without its penalty none', async () => {
    const reparameterization = (lambda: number) => groupLasso({lambda, groups: 'input', threshold: 0.05});
    const {trueShare, density} = await learn({density: 1, reparameterization: reparameterization(0.003)});
    expect(trueShare).toBeGreaterThan(0.9);
    expect(density).toBeGreaterThan(0.15);
    const without = await learn({density: 1, reparameterization: reparameterization(0)});
    expect(without).toMatchObject({trueShare: CHANCE, density: 1});
  });

  it('a static network stays near chance', async () => {
    expect((await learn({})).trueShare).toBeLessThan(1.3 * CHANCE);
  });
});
