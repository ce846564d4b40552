import type * as tf from '@tensorflow/tfjs';
import {
  adaptiveThresholdPruning,
  byMean,
  byRank,
  bySurvivors,
  cannistraciHebb,
  constantFanIn,
  cosineDecay,
  cubicDensity,
  type DSTOptions,
  dropLowest,
  force,
  gradient,
  gradientGrowth,
  gradientMomentum,
  growHighest,
  type InitialOptions,
  magnitude,
  magnitudePruning,
  meanGradient,
  mest,
  random,
  randomGrowth,
  sampled,
  snip,
  synflow,
  unexploredFirstGrowth,
} from 'itop';

/** What a method of the comparison is told. */
export interface MethodContext {
  /** At the end of the training, in (0, 1]. */
  readonly density: number;
  /** Optimizer steps of the whole training. */
  readonly steps: number;
}

/** The examples that a criterion before training looks at. */
interface Examples {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** One row of the comparison. */
export interface ComparedMethod {
  /** As in docs/methods.md. */
  readonly label: string;
  /** Density of the first step. @defaultValue that of the end */
  readonly beginDensity?: number;
  /** How the first topology is chosen. @defaultValue at random, by ERK */
  readonly initial?: (examples: Examples) => Omit<InitialOptions, 'density'>;
  /** Beside what all methods share. @defaultValue the connections stay */
  readonly options?: (context: MethodContext) => Partial<DSTOptions> & Pick<DSTOptions, 'pruner' | 'grower'>;
}

/** ΔT and P of every method that updates its connections. */
export const SHARED = {updateInterval: 100, dropFraction: 0.5} as const;

const set = () => ({pruner: magnitudePruning(), grower: randomGrowth()});
const rigl = () => ({pruner: magnitudePruning(), grower: gradientGrowth()});

/** The methods by the name in the files of their results, the most telling first. */
export const methods: Readonly<Record<string, ComparedMethod>> = {
  static: {label: 'Static'},
  set: {label: 'SET-ITOP', options: set},
  rigl: {label: 'RigL-ITOP', options: rigl},
  snfs: {
    label: 'Sparse momentum (SNFS)',
    options: () => ({...rigl(), signal: gradientMomentum(0.9), redistribution: byMean(gradient())}),
  },
  granet: {
    label: 'GraNet',
    beginDensity: 0.5,
    options: ({density, steps}) => ({
      ...rigl(),
      density: cubicDensity(0.5, density, {endStep: steps / 2}),
      redistribution: byRank(magnitude()),
    }),
  },
  gmp: {
    label: 'GMP over the network',
    beginDensity: 1,
    options: ({density, steps}) => ({
      ...set(),
      density: cubicDensity(1, density, {endStep: steps / 2}),
      redistribution: byRank(magnitude()),
      dropFraction: 0,
    }),
  },
  dsr: {
    label: 'DSR',
    options: () => ({
      pruner: adaptiveThresholdPruning(0.001),
      grower: randomGrowth(),
      redistribution: bySurvivors(),
      regrown: 'never',
    }),
  },
  mest: {
    label: 'MEST',
    options: () => ({pruner: dropLowest(mest(0.01)), grower: randomGrowth(), regrown: 'fresh'}),
  },
  snip: {label: 'SNIP', initial: (examples) => ({criterion: snip(examples)})},
  'snip-set': {label: 'SNIP-SET-ITOP', initial: (examples) => ({criterion: snip(examples)}), options: set},
  cht: {
    label: 'Cannistraci-Hebb',
    options: () => ({pruner: magnitudePruning(), grower: growHighest(cannistraciHebb())}),
  },
  chts: {
    label: 'Cannistraci-Hebb, soft (CHTs)',
    options: () => ({pruner: magnitudePruning(), grower: growHighest(sampled(cannistraciHebb()))}),
  },
  unexplored: {
    label: 'Unexplored first',
    options: () => ({pruner: magnitudePruning(), grower: unexploredFirstGrowth()}),
  },
  accumulated: {
    label: 'RigL, gradients of 5 steps',
    options: () => ({...rigl(), signal: meanGradient(5)}),
  },
  srigl: {
    label: 'Constant fan-in (SRigL)',
    initial: () => ({
      criterion: random(),
      structure: constantFanIn(),
      scope: 'layer',
      distribution: 'erdosRenyiKernel',
    }),
    options: () => ({...rigl(), structure: constantFanIn()}),
  },
  'srigl-ablation': {
    label: 'SRigL with ablation',
    initial: () => ({
      criterion: random(),
      structure: constantFanIn(),
      scope: 'layer',
      distribution: 'erdosRenyiKernel',
    }),
    options: () => ({...rigl(), structure: constantFanIn({minSalient: 0.3})}),
  },
  synflow: {label: 'SynFlow', initial: () => ({criterion: synflow(), rounds: 100})},
  force: {label: 'FORCE', initial: (examples) => ({criterion: force(examples), rounds: 20})},
};

/** What a scheduler of the method is made with; undefined where the connections stay. */
export function schedulerOptions({options}: ComparedMethod, context: MethodContext): DSTOptions | undefined {
  if (!options) return undefined;
  const {updateInterval, dropFraction} = SHARED;
  return {updateInterval, dropFraction: cosineDecay(dropFraction, context.steps), ...options(context)};
}
