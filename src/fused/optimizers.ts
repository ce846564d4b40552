import * as tf from '@tensorflow/tfjs';
import type {WasmKernels} from '../kernels/wasm/kernelModule.ts';
import {fieldsOf} from './compiledModel.ts';
import {NotCovered} from './notCovered.ts';

/** A list of slots as tfjs's optimizers keep it, in the order of the model's trainable weights. */
type SlotList = readonly ({readonly variable: tf.Variable} | null | undefined)[];

/** How the loops do what an optimizer of tfjs does. */
export interface OptimizerPlan {
  readonly kernel: keyof WasmKernels & ('sgd' | 'momentum' | 'adam' | 'rmsprop');
  /** The optimizer's lists of slots, in the order in which the kernel takes them. */
  slots(): readonly SlotList[];
  /** The numbers that the kernel reads at this step, at most {@link MOST_HYPER}. */
  hyper(): readonly number[];
  /** What the optimizer counts after a step. */
  advance(): void;
}

/** Room for the numbers of any optimizer. */
export const MOST_HYPER = 8;

/** Private fields of the optimizers of tfjs 4.22. */
interface Fields {
  readonly learningRate: number;
  readonly momentum: number;
  readonly useNesterov: boolean;
  readonly accumulations: SlotList;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly accBeta1: tf.Variable;
  readonly accBeta2: tf.Variable;
  readonly accumulatedFirstMoment: SlotList;
  readonly accumulatedSecondMoment: SlotList;
  readonly decay: number;
  readonly centered: boolean;
  readonly accumulatedMeanSquares: SlotList;
  readonly accumulatedMoments: SlotList;
  incrementIterations(): void;
}

const plans = new WeakMap<tf.Optimizer, OptimizerPlan | NotCovered>();

/** The plan of a model's optimizer, or why there is none. */
export function optimizerPlanOf({optimizer}: tf.LayersModel): OptimizerPlan | NotCovered {
  if (!optimizer) return new NotCovered('the model is not compiled');
  const plan = plans.get(optimizer) ?? optimizerPlan(optimizer);
  plans.set(optimizer, plan);
  return plan;
}

/** True once the optimizer has made all its slots for a model, which it does at its first step. */
export function hasSlots(model: tf.LayersModel, plan: OptimizerPlan): boolean {
  const count = fieldsOf(model).collectedTrainableWeights.length;
  return plan.slots().every((list) => list.length === count && list.every((slot) => slot != null));
}

/** Adam's β₁ᵗ and β₂ᵗ, float32 as tfjs has them. */
function powersOf({accBeta1, accBeta2}: Fields): number[] {
  return [accBeta1, accBeta2].map((power) => power.dataSync()[0]);
}

/** A subclass may do something else than what its class does. */
function optimizerPlan(optimizer: tf.Optimizer): OptimizerPlan | NotCovered {
  const fields = optimizer as unknown as Fields;
  const count = () => fields.incrementIterations();
  switch (optimizer.constructor) {
    case tf.SGDOptimizer:
      return {kernel: 'sgd', slots: () => [], hyper: () => [fields.learningRate], advance: count};
    case tf.MomentumOptimizer:
      return {
        kernel: 'momentum',
        slots: () => [fields.accumulations],
        hyper: () => [fields.learningRate, fields.momentum, fields.useNesterov ? 1 : 0],
        advance: count,
      };
    case tf.AdamOptimizer:
      return {
        kernel: 'adam',
        slots: () => [fields.accumulatedFirstMoment, fields.accumulatedSecondMoment],
        hyper() {
          const {learningRate, beta1, beta2, epsilon} = fields;
          const [power1, power2] = powersOf(fields);
          return [learningRate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, 1 - power1, 1 - power2];
        },
        advance() {
          const {beta1, beta2, accBeta1, accBeta2} = fields;
          const [power1, power2] = powersOf(fields);
          tf.tidy(() => {
            accBeta1.assign(tf.scalar(power1 * Math.fround(beta1)));
            accBeta2.assign(tf.scalar(power2 * Math.fround(beta2)));
          });
          count();
        },
      };
    case tf.RMSPropOptimizer:
      if (fields.centered) return new NotCovered('the optimizer is a centered RMSProp');
      return {
        kernel: 'rmsprop',
        slots: () => [fields.accumulatedMeanSquares, fields.accumulatedMoments],
        hyper: () => [fields.learningRate, fields.decay, 1 - fields.decay, fields.momentum, fields.epsilon],
        advance: count,
      };
    default:
      return new NotCovered(`the optimizer is ${optimizer.getClassName()}`);
  }
}
