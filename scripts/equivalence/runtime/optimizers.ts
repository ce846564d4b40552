import * as tf from '@tensorflow/tfjs';

type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** Other gradients by a function of each; a variable may have none. */
function changed(
  gradients: Gradients,
  change: (gradient: tf.Tensor) => tf.Tensor,
): {name: string; tensor: tf.Tensor}[] {
  const list = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({name, tensor}));
  return list.map(({name, tensor}) => ({name, tensor: tensor && change(tensor)}));
}

/** Clips gradients by wrapping `applyGradients` of an optimizer instance. */
export function clipped<Optimizer extends tf.Optimizer>(optimizer: Optimizer): Optimizer {
  const apply = optimizer.applyGradients.bind(optimizer);
  optimizer.applyGradients = (gradients) =>
    tf.tidy(() => apply(changed(gradients, (gradient) => gradient.clipByValue(-0.01, 0.01))));
  return optimizer;
}

/** Halves the loss by wrapping `minimize` of an optimizer instance. */
export function halved<Optimizer extends tf.Optimizer>(optimizer: Optimizer): Optimizer {
  const minimize = optimizer.minimize.bind(optimizer);
  optimizer.minimize = (f, returnCost, variables) => minimize(() => f().mul(0.5) as tf.Scalar, returnCost, variables);
  return optimizer;
}

/** A subclass that steps half as far. */
export class HalfSGD extends tf.SGDOptimizer {
  override applyGradients(gradients: Gradients): void {
    tf.tidy(() => super.applyGradients(changed(gradients, (gradient) => gradient.mul(0.5))));
  }
}
