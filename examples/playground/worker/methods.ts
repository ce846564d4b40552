import type * as tf from '@tensorflow/tfjs';
import {
  adaptiveThresholdPruning,
  byMean,
  byRank,
  bySurvivors,
  cosineDecay,
  cubicDensity,
  DSTScheduler,
  dropLowest,
  GMPScheduler,
  type Grower,
  gradient,
  gradientGrowth,
  gradientMomentum,
  magnitude,
  magnitudePruning,
  mest,
  RigLScheduler,
  randomGrowth,
  SETScheduler,
  StaticScheduler,
  unexploredFirstGrowth,
} from 'itop';
import type {MethodName, Settings} from '../protocol.ts';

/** How a method trains. */
interface Method {
  /** Density of the first step. @defaultValue that of the settings */
  start?(density: number): number;
  /** The growth that the planner can foresee, if there is any. */
  readonly planned?: () => Grower;
  schedule(model: tf.LayersModel, settings: Settings): DSTScheduler;
}

/** When GraNet and gradual pruning have reached the density, as a share of the run. */
const PRUNED_BY = 0.6;

function times({interval, fraction, steps, seed}: Settings) {
  return {updateInterval: interval, dropFraction: cosineDecay(fraction, steps), seed};
}

export const METHOD: Readonly<Record<MethodName, Method>> = {
  set: {planned: randomGrowth, schedule: (model, settings) => new SETScheduler(model, times(settings))},
  unexplored: {
    planned: unexploredFirstGrowth,
    schedule: (model, settings) => new SETScheduler(model, {...times(settings), grower: unexploredFirstGrowth()}),
  },
  rigl: {schedule: (model, settings) => new RigLScheduler(model, times(settings))},
  static: {schedule: (model) => new StaticScheduler(model)},
  gmp: {
    start: () => 1,
    schedule: (model, {interval, steps, density, seed}) =>
      new GMPScheduler(model, {
        updateInterval: interval,
        density: cubicDensity(1, density, {endStep: Math.max(1, Math.round(PRUNED_BY * steps))}),
        seed,
      }),
  },
  snfs: {
    schedule: (model, settings) =>
      new DSTScheduler(model, {
        ...times(settings),
        pruner: magnitudePruning(),
        grower: gradientGrowth(),
        signal: gradientMomentum(0.9),
        redistribution: byMean(gradient()),
      }),
  },
  dsr: {
    schedule: (model, settings) =>
      new DSTScheduler(model, {
        ...times(settings),
        pruner: adaptiveThresholdPruning(0.001),
        grower: randomGrowth(),
        redistribution: bySurvivors(),
        regrown: 'never',
      }),
  },
  mest: {
    schedule: (model, settings) =>
      new DSTScheduler(model, {
        ...times(settings),
        pruner: dropLowest(mest(0.01)),
        grower: randomGrowth(),
        regrown: 'fresh',
      }),
  },
  granet: {
    start: (density) => Math.max(0.5, density),
    schedule: (model, settings) =>
      new DSTScheduler(model, {
        ...times(settings),
        pruner: magnitudePruning(),
        grower: gradientGrowth(),
        density: cubicDensity(Math.max(0.5, settings.density), settings.density, {
          endStep: Math.max(1, Math.round(PRUNED_BY * settings.steps)),
        }),
        redistribution: byRank(magnitude()),
      }),
  },
};
