import * as tf from '@tensorflow/tfjs';

/** Every optimizer of tfjs by name, with the number of slots that it keeps for a variable and their initial value. */
export const stockOptimizers: readonly {
  readonly name: string;
  readonly make: () => tf.Optimizer;
  readonly slots: number;
  readonly initialValue: number;
}[] = [
  {name: 'SGD', make: () => tf.train.sgd(0.1), slots: 0, initialValue: 0},
  {name: 'momentum', make: () => tf.train.momentum(0.1, 0.9), slots: 1, initialValue: 0},
  {name: 'Nesterov momentum', make: () => tf.train.momentum(0.1, 0.9, true), slots: 1, initialValue: 0},
  {name: 'Adagrad', make: () => tf.train.adagrad(0.1, 0.25), slots: 1, initialValue: 0.25},
  {name: 'Adadelta', make: () => tf.train.adadelta(0.1), slots: 2, initialValue: 0},
  {name: 'Adam', make: () => tf.train.adam(0.1), slots: 2, initialValue: 0},
  {name: 'Adamax', make: () => tf.train.adamax(0.1), slots: 2, initialValue: 0},
  {name: 'RMSProp', make: () => tf.train.rmsprop(0.1, 0.9, 0.5), slots: 2, initialValue: 0},
  // Under this root tfjs subtracts epsilon, where the formula adds it: a positive one gives NaN for small gradients.
  {name: 'centered RMSProp', make: () => tf.train.rmsprop(0.1, 0.9, 0.5, -1e-8, true), slots: 3, initialValue: 0},
];

/** Disposes an optimizer, and the learning rate that tfjs's momentum forgets. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  if (optimizer instanceof tf.MomentumOptimizer) (optimizer as unknown as {c?: tf.Tensor}).c?.dispose();
}

/** An optimizer of one's own: tfjs asks for `applyGradients` and little more. */
export abstract class OwnOptimizer extends tf.Optimizer {
  static className = 'OwnOptimizer';

  override getClassName(): string {
    return 'OwnOptimizer';
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {};
  }

  override applyGradients(gradients: tf.NamedTensorMap | {name: string; tensor: tf.Tensor}[]): void {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({name, tensor}));
    tf.tidy(() => {
      for (const {name, tensor} of list) this.applyGradient(tf.engine().registeredVariables[name], tensor);
    });
  }

  /** One step of one variable. */
  protected abstract applyGradient(variable: tf.Variable, gradient: tf.Tensor): void;
}

/** Momentum, stored as tfjs stores it. */
export class OwnMomentum extends OwnOptimizer {
  readonly velocities: {originalName: string; variable: tf.Variable}[] = [];

  protected override applyGradient(variable: tf.Variable, gradient: tf.Tensor): void {
    const originalName = `${variable.name}/velocity`;
    let slot = this.velocities.find((entry) => entry.originalName === originalName);
    if (!slot) {
      slot = {originalName, variable: tf.variable(tf.zerosLike(gradient), false)};
      this.velocities.push(slot);
    }
    slot.variable.assign(slot.variable.mul(0.9).add(gradient));
    variable.assign(variable.sub(slot.variable.mul(0.1)));
  }

  override dispose(): void {
    tf.dispose(this.velocities.map(({variable}) => variable));
  }
}

/** Momentum, stored in a map, where nobody would look for it. */
export class MapMomentum extends OwnOptimizer {
  readonly velocities = new Map<string, tf.Tensor>();

  protected override applyGradient(variable: tf.Variable, gradient: tf.Tensor): void {
    const before = this.velocities.get(variable.name);
    const velocity = tf.keep(before ? before.mul(0.9).add(gradient) : gradient.clone());
    before?.dispose();
    this.velocities.set(variable.name, velocity);
    variable.assign(variable.sub(velocity.mul(0.1)));
  }

  override dispose(): void {
    tf.dispose([...this.velocities.values()]);
  }
}

/** Steps by the sign of the gradient; keeps nothing but its learning rate. */
export class SignDescent extends OwnOptimizer {
  readonly learningRate = tf.keep(tf.scalar(0.1));

  protected override applyGradient(variable: tf.Variable, gradient: tf.Tensor): void {
    variable.assign(variable.sub(gradient.sign().mul(this.learningRate)));
  }

  override dispose(): void {
    this.learningRate.dispose();
  }
}

/** Hands everything to another optimizer. */
export class Wrapper extends OwnOptimizer {
  constructor(readonly inner: tf.Optimizer) {
    super();
  }

  override applyGradients(gradients: tf.NamedTensorMap | {name: string; tensor: tf.Tensor}[]): void {
    this.inner.applyGradients(gradients as tf.NamedTensorMap);
  }

  protected override applyGradient(): void {}
}
