import * as tf from '@tensorflow/tfjs';
import {optimizerStep} from '../../kernels/webgpu/optimizerStep.ts';
import type {OptimizerPlan} from '../optimizers.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/**
 * Minimizes as an optimizer of tfjs does, but reads its numbers from a tensor, so that they can change when it is replayed. What
 * the optimizer counts is left to `advance`.
 *
 * @param hyper  what `plan.hyper()` gives, float32
 */
export function gpuOptimizer(
  backend: ReplayBackend,
  {kernel, slots}: OptimizerPlan,
  hyper: tf.Tensor,
): Pick<tf.Optimizer, 'minimize'> {
  return {
    minimize(loss, _, variables) {
      const {value, grads} = tf.variableGrads(loss, variables);
      const lists = slots();
      for (const [i, variable] of variables!.entries()) {
        const gradient = grads[variable.name];
        if (gradient == null) continue;
        const states = [variable, ...lists.map((list) => list[i]!.variable)];
        const next = optimizerStep(backend, kernel, {values: states[0], gradient, slots: states.slice(1), hyper});
        for (const [s, info] of next.entries()) {
          const tensor = trackedTensor({...info, shape: variable.shape});
          states[s].assign(tensor);
          tensor.dispose();
        }
      }
      tf.dispose(grads);
      return value;
    },
  };
}
