import * as tf from '@tensorflow/tfjs';
import {isHostBackend} from '../kernels/hostMemory.ts';
import {FusedModel} from './fusedModel.ts';
import {fusedModelOf} from './fusedModels.ts';
import {NotCovered} from './notCovered.ts';

/** How a model trains. */
export interface Explanation {
  /** True if `fit`, `fitDataset` and `trainOnBatch` run the fused step. */
  readonly isFused: boolean;
  /** Why the model trains by single ops instead; '' if it does not. */
  readonly reason: string;
}

/**
 * Tells whether a compiled model trains by the fused step, and if not, why: the losses are the same, the time is not.
 *
 * @example
 * const {isFused, reason} = explain(model);
 */
export function explain(model: tf.LayersModel): Explanation {
  if (!isHostBackend()) return {isFused: false, reason: `the backend ${tf.getBackend()} keeps its tensors on a device`};
  const fused = fusedModelOf(model);
  const training = fused instanceof FusedModel ? fused.training() : fused;
  return training instanceof NotCovered ? {isFused: false, reason: training.message} : {isFused: true, reason: ''};
}
