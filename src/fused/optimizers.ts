import * as tf from '@tensorflow/tfjs';
import {isHostBackend} from '../kernels/hostMemory.ts';
import type {WasmKernels} from '../kernels/wasm/wasmKernels.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {isUntouched, rememberMethods} from '../layers/kinds/untouched.ts';
import {noteTrainersByOps} from '../weights/trainers.ts';
import {fieldsOf} from './compiledModel.ts';

/** A list of slots as tfjs's optimizers keep it, in the order of the model's trainable weights. */
export type SlotList = ({readonly originalName: string; readonly variable: tf.Variable} | null | undefined)[];

/** How the loops do what an optimizer of tfjs does. */
export interface OptimizerPlan {
  readonly kernel: keyof WasmKernels & ('sgd' | 'momentum' | 'adam' | 'rmsprop');
  /** The optimizer's lists of slots, in the order in which the kernel takes them. */
  slots(): readonly SlotList[];
  /** What tfjs calls a slot of each list. */
  readonly slotNames: readonly string[];
  /** The numbers that the kernel reads at this step, at most {@link MOST_HYPER}; undefined if one of them is on a device, or disposed. */
  hyper(): readonly number[] | undefined;
  /** What the optimizer counts after a step. */
  advance(): void;
}

/** Room for the numbers of any optimizer. */
export const MOST_HYPER = 8;

/** Private fields of the optimizers of tfjs 4.22. */
interface Fields {
  readonly learningRate: number;
  readonly momentum: number;
  /** −learningRate of SGD and momentum as it was last set by `setLearningRate`: assigning the field has no effect on it. */
  readonly c: tf.Scalar;
  /** The momentum as it was given. */
  readonly m: tf.Scalar;
  readonly useNesterov: boolean;
  readonly accumulations: SlotList;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** β₁ᵗ and β₂ᵗ. */
  readonly accBeta1: tf.Variable & tf.Scalar;
  readonly accBeta2: tf.Variable & tf.Scalar;
  readonly accumulatedFirstMoment: SlotList;
  readonly accumulatedSecondMoment: SlotList;
  readonly decay: number;
  readonly centered: boolean;
  readonly accumulatedMeanSquares: SlotList;
  readonly accumulatedMoments: SlotList;
  incrementIterations(): void;
}

/** What an optimizer does at a step is in these. */
const METHODS = ['minimize', 'computeGradients', 'applyGradients'];

const plans = new WeakMap<tf.Optimizer, OptimizerPlan | NotCovered>();
const ownMethods = new NotCovered('the optimizer has methods of its own');
const centered = new NotCovered('the optimizer is a centered RMSProp');

/** The plan of a model's optimizer as it is now, or why there is none. */
export function optimizerPlanOf({optimizer}: tf.LayersModel): OptimizerPlan | NotCovered {
  if (!optimizer) return new NotCovered('the model is not compiled');
  if (!isUntouched(optimizer, METHODS)) return ownMethods;
  // A field that tfjs looks at in every step.
  if ((optimizer as unknown as Fields).centered) return centered;
  const plan = plans.get(optimizer) ?? optimizerPlan(optimizer);
  plans.set(optimizer, plan);
  return plan;
}

/** True unless the optimizer has slots that do not fit the weights of a model: of another model, from a file, or disposed. */
export function slotsFit(model: tf.LayersModel, plan: OptimizerPlan): boolean {
  const weights = fieldsOf(model).collectedTrainableWeights;
  const fits = (slot: SlotList[number], i: number) =>
    slot == null || (!slot.variable.isDisposed && tf.util.arraysEqual(slot.variable.shape, weights[i].read().shape));
  return plan.slots().every((list) => list.length <= weights.length && list.every(fits));
}

/** True once the optimizer has made all its slots for the weights of a model, which it does at its first step. */
export function hasSlots(model: tf.LayersModel, plan: OptimizerPlan): boolean {
  const {length} = fieldsOf(model).collectedTrainableWeights;
  return plan.slots().every((list) => list.length === length && Array.from(list).every((slot) => slot != null));
}

/** Makes the slots that the optimizer does not have yet, as tfjs does at its first step. */
export function makeSlots(model: tf.LayersModel, {slots, slotNames}: OptimizerPlan): void {
  const lists = slots();
  for (const [i, weight] of fieldsOf(model).collectedTrainableWeights.entries()) {
    const variable = weight.read() as tf.Variable;
    for (const [l, list] of lists.entries()) {
      list[i] ??= {
        originalName: `${variable.name}/${slotNames[l]}`,
        variable: tf.tidy(() => tf.zerosLike(variable).variable(false)),
      };
    }
  }
}

const numbers = new WeakMap<object, number>();

/** The number in a scalar, which was read when it was first seen, or undefined where only a device has it, or nobody any more. */
function numberIn(scalar: tf.Scalar): number | undefined {
  if (scalar.isDisposed) return undefined;
  const known = numbers.get(scalar.dataId) ?? readScalar(scalar);
  if (known !== undefined) numbers.set(scalar.dataId, known);
  return known;
}

/** What only a device has is asked for, and there when it is read again, unless it is disposed by then. */
function readScalar(scalar: tf.Scalar): number | undefined {
  if (isHostBackend()) return scalar.dataSync()[0];
  const backend = tf.backend() as unknown as {tensorMap?: {get(dataId: object): {values?: ArrayLike<number> | null}}};
  const {values} = backend.tensorMap?.get(scalar.dataId) ?? {};
  if (!values) scalar.data().catch(() => undefined);
  return values?.[0];
}

/** The numbers of a step if all are there, the scalars among them read. */
function numbersOf(
  scalars: readonly tf.Scalar[],
  hyper: (...read: number[]) => readonly number[],
): readonly number[] | undefined {
  const read = scalars.map(numberIn);
  return read.every((number) => number !== undefined) ? hyper(...read) : undefined;
}

/** The private fields of each class that its plan uses. */
const FIELDS = new Map<unknown, readonly (keyof Fields)[]>([
  [tf.SGDOptimizer, ['c']],
  [tf.MomentumOptimizer, ['c', 'm', 'accumulations']],
  [tf.AdamOptimizer, ['accBeta1', 'accBeta2', 'accumulatedFirstMoment', 'accumulatedSecondMoment']],
  [tf.RMSPropOptimizer, ['accumulatedMeanSquares', 'accumulatedMoments']],
]);
// Before their methods are remembered.
noteTrainersByOps();
for (const known of FIELDS.keys()) rememberMethods(known as typeof tf.SGDOptimizer, METHODS);

/** A subclass may do something else than what its class does. */
function optimizerPlan(optimizer: tf.Optimizer): OptimizerPlan | NotCovered {
  const fields = optimizer as unknown as Fields;
  const missing = FIELDS.get(optimizer.constructor)?.filter((name) => fields[name] === undefined) ?? [];
  if (missing.length > 0) return new NotCovered(`the optimizer has no field ${missing.join(', ')}`);
  const count = () => fields.incrementIterations();
  switch (optimizer.constructor) {
    case tf.SGDOptimizer:
      return {
        kernel: 'sgd',
        slots: () => [],
        slotNames: [],
        hyper: () => numbersOf([fields.c], (c) => [-c]),
        advance: count,
      };
    case tf.MomentumOptimizer:
      return {
        kernel: 'momentum',
        slots: () => [fields.accumulations],
        slotNames: ['momentum'],
        hyper: () => numbersOf([fields.c, fields.m], (c, m) => [-c, m, fields.useNesterov ? 1 : 0]),
        advance: count,
      };
    case tf.AdamOptimizer:
      return {
        kernel: 'adam',
        slots: () => [fields.accumulatedFirstMoment, fields.accumulatedSecondMoment],
        slotNames: ['m', 'v'],
        hyper: () =>
          numbersOf([fields.accBeta1, fields.accBeta2], (power1, power2) => {
            const {learningRate, beta1, beta2, epsilon} = fields;
            return [learningRate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, 1 - power1, 1 - power2];
          }),
        advance() {
          const {beta1, beta2, accBeta1, accBeta2} = fields;
          // As float32, as tfjs has them.
          tf.tidy(() => {
            accBeta1.assign(tf.scalar(numberIn(accBeta1)! * Math.fround(beta1)));
            accBeta2.assign(tf.scalar(numberIn(accBeta2)! * Math.fround(beta2)));
          });
          count();
        },
      };
    case tf.RMSPropOptimizer:
      return {
        kernel: 'rmsprop',
        slots: () => [fields.accumulatedMeanSquares, fields.accumulatedMoments],
        slotNames: ['rms', 'momentum'],
        hyper: () => {
          const {learningRate, decay, momentum, epsilon} = fields;
          return [learningRate, decay, 1 - decay, momentum, epsilon];
        },
        advance: count,
      };
    default:
      return new NotCovered(`the optimizer is ${optimizer.getClassName()}`);
  }
}
