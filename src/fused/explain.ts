import type * as tf from '@tensorflow/tfjs';
import {isHostBackend} from '../kernels/hostMemory.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {deviceModelOf, fusedModelOf} from './fusedModels.ts';
import {reasonAgainstInstalling} from './install.ts';
import {isFusedStepOn} from './setFusedStep.ts';

/** How a model trains. */
export interface Explanation {
  /** True if `fit`, `fitDataset` and `trainOnBatch` run the fused step: on webgpu, replay what they recorded of the first ones. */
  readonly isFused: boolean;
  /** Why the model trains by single ops instead; '' if it does not. */
  readonly reason: string;
}

/**
 * Tells whether a compiled model trains by the fused step, and if not, why: the losses are the same, the time is not.
 *
 * @throws Error if the model does not know its input
 *
 * @example
 * const {isFused, reason} = explain(model);
 */
export function explain(model: tf.LayersModel): Explanation {
  ensureBuilt('explain', model);
  if (!isFusedStepOn(model)) return {isFused: false, reason: 'it was turned off by setFusedStep or ITOP_FUSED_STEP'};
  const fused = isHostBackend() ? fusedModelOf(model) : deviceModelOf(model);
  const training = fused instanceof NotCovered ? fused : fused.trainingPlan();
  const against = training instanceof NotCovered ? training : reasonAgainstInstalling();
  return {isFused: !against, reason: against?.message ?? ''};
}
