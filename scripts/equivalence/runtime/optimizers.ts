import * as tf from '@tensorflow/tfjs';

type Gradients = tf.NamedTensorMap | {name: string; tensor: tf.Tensor}[];

/** Clips gradients by wrapping `applyGradients` of an optimizer instance. */
export function clipped<Optimizer extends tf.Optimizer>(optimizer: Optimizer): Optimizer {
  const apply = optimizer.applyGradients.bind(optimizer);
  optimizer.applyGradients = (gradients: Gradients) => {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({name, tensor}));
    tf.tidy(() => apply(list.map(({name, tensor}) => ({name, tensor: tensor && tensor.clipByValue(-0.01, 0.01)}))));
  };
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
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({name, tensor}));
    tf.tidy(() => super.applyGradients(list.map(({name, tensor}) => ({name, tensor: tensor && tensor.mul(0.5)}))));
  }
}
