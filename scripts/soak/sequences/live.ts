import * as tf from '@tensorflow/tfjs';
import {
  byMean,
  type DSTOptions,
  DSTScheduler,
  type Grower,
  gradient,
  gradientGrowth,
  gradientMomentum,
  magnitudePruning,
  randomGrowth,
  type SchedulerState,
  sparseWeights,
  type UpdateReport,
} from 'itop';
import {slotsOf} from '../../../src/weights/optimizerSlots.ts';
import {disposeOptimizer} from '../../../test/support/optimizers.ts';
import {smallNetwork, someData} from '../../../test/support/training.ts';
import {beginExploring, type Reference} from './reference.ts';

/** What a sequence is about. */
export interface Setting {
  readonly backend: 'cpu' | 'wasm';
  readonly method: keyof typeof methods;
  readonly optimizer: keyof typeof optimizers;
}

/** Methods whose parts differ: without gradients, with them at updates, with them at every step. */
export const methods = {
  SET: {pruner: magnitudePruning(), grower: randomGrowth()},
  RigL: {pruner: magnitudePruning(), grower: gradientGrowth()},
  'sparse momentum': {
    pruner: magnitudePruning(),
    grower: gradientGrowth(),
    signal: gradientMomentum(),
    redistribution: byMean(gradient()),
  },
} satisfies Record<string, Pick<DSTOptions, 'pruner' | 'grower' | 'signal' | 'redistribution'>>;

/** Optimizers, and the tensors that they keep for a variable and for themselves. */
export const optimizers = {
  sgd: {make: () => tf.train.sgd(0.05), slots: 0},
  momentum: {make: () => tf.train.momentum(0.05, 0.9), slots: 1},
  adam: {make: () => tf.train.adam(0.01), slots: 2},
} as const;

export const UPDATE_INTERVAL = 3;
export const DROP_FRACTION = 0.3;

/** A training as a user has it. */
export interface Live {
  readonly setting: Setting;
  model: tf.Sequential;
  optimizer: tf.Optimizer;
  scheduler: DSTScheduler;
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
  /** What goes wrong at the next update. */
  mishap?: 'grower' | 'onUpdate' | undefined;
  /** What updates have reported since it was looked at. */
  reports: UpdateReport[];
  /** Tensors before anything of the training, and those of the optimizer. */
  readonly tensorsBefore: number;
  tensorsOfOptimizer: number;
  /** The last checkpoint. */
  saved?: {readonly bytes: Uint8Array; readonly reference: Reference; readonly state: string};
}

/** The training of a setting, and what it must be. */
export function begin(setting: Setting, seed: number): {live: Live; reference: Reference} {
  const tensorsBefore = tf.memory().numTensors;
  const {x, y} = someData();
  const live = {setting, x, y, reports: [], tensorsBefore} as unknown as Live;
  return {live, reference: beginAgain(live, seed)};
}

/** Makes model, optimizer and scheduler. */
export function beginAgain(live: Live, seed: number): Reference {
  live.model = smallNetwork(seed);
  compile(live);
  schedule(live);
  const layers = sparseWeights(live.model).map(({name, weight: {topology}}) => ({
    name,
    shape: [topology.shape[0], topology.shape[1]] as const,
    active: [...topology.positions()],
    explored: new Set<number>(),
  }));
  const counts = {steps: 0, optimizerSteps: 0, records: 0, compiled: 4, slotted: 0};
  const reference: Reference = {layers, ...counts, isFrozen: false};
  beginExploring(reference);
  return reference;
}

/** Compiles the model with a new optimizer. */
export function compile(live: Live): void {
  const before = tf.memory().numTensors;
  live.optimizer = optimizers[live.setting.optimizer].make();
  live.tensorsOfOptimizer = tf.memory().numTensors - before;
  live.model.compile({optimizer: live.optimizer, loss: 'categoricalCrossentropy'});
}

/** Gives the model a new scheduler. */
export function schedule(live: Live, resume?: SchedulerState): void {
  const {grower, ...parts} = methods[live.setting.method] as Pick<DSTOptions, 'pruner' | 'grower'>;
  const failing: Grower = {
    ...grower,
    grow(request) {
      if (live.mishap === 'grower') throw new Error('the grower fails');
      return grower.grow(request);
    },
  };
  live.scheduler = new DSTScheduler(live.model, {
    ...parts,
    grower: failing,
    updateInterval: UPDATE_INTERVAL,
    dropFraction: DROP_FRACTION,
    seed: 1,
    resume,
    onUpdate(report) {
      live.reports.push(report);
      if (live.mishap === 'onUpdate') throw new Error('onUpdate fails');
    },
  });
}

/** Ends the training. */
export function end(live: Live): void {
  live.model.dispose();
  disposeOptimizer(live.optimizer);
}

/** Values and slots of a sparse layer by position. */
export interface LayerNumbers {
  readonly values: ReadonlyMap<number, number>;
  readonly slots: readonly ReadonlyMap<number, number>[];
}

/** Values and slots of the sparse layers by position. */
export function numbersOf({model, optimizer}: Live): LayerNumbers[] {
  return sparseWeights(model).map(({weight}) => {
    const positions = [...weight.topology.positions()];
    const byPosition = (variable: tf.Variable) => {
      const numbers = variable.dataSync();
      return new Map(positions.map((position, slot) => [position, numbers[slot]]));
    };
    const {variable, values} = weight;
    const slots = slotsOf(optimizer, variable.name, values.originalName);
    return {values: byPosition(variable), slots: slots.map((slot) => byPosition(slot.variable))};
  });
}

/** Everything that must stay as it is where a call is refused, as text. */
export function stateOf({model, optimizer, scheduler}: Live): string {
  const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
  const slots = model.trainableWeights.map((weight) => {
    const {name} = weight.read() as tf.Variable;
    return slotsOf(optimizer, name, weight.originalName).map(({variable}) => [...variable.dataSync()]);
  });
  return JSON.stringify({weights, slots, optimizerSteps: optimizer.iterations, scheduler: scheduler.toJSON()});
}
