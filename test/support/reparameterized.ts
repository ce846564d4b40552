import * as tf from '@tensorflow/tfjs';
import {type MaskedConv2d, type MaskedDense, maskedConv2d, maskedDense, type Reparameterization} from 'itop';
import {fromTorch, shapeFromTorch} from './reference.ts';

/** A layer of a reference file: a linear one of PyTorch, or a convolution with its input in PyTorch's order. */
export interface ReferenceLayer {
  readonly shape: readonly number[];
  readonly weight: readonly number[];
  readonly bias?: readonly number[] | null;
  readonly x: readonly number[];
  readonly x_shape: readonly number[];
  readonly upstream: readonly number[];
  readonly y_shape: readonly number[];
  readonly stride?: number;
  readonly padding?: number;
  /** '[in, out]' where the weight is as in TensorFlow.js. */
  readonly weight_layout?: string;
}

/** A layer that is used as the reference used it: its output, and the gradients of Σ output · upstream, all in the order of the file. */
export class ReparameterizedLayer {
  readonly layer: MaskedDense | MaskedConv2d;
  private readonly isConv: boolean;
  private readonly x: tf.Tensor;
  private readonly upstream: tf.Tensor;

  constructor(
    private readonly reference: ReferenceLayer,
    reparameterization: Reparameterization,
  ) {
    const {shape, bias, x, x_shape, upstream, y_shape, stride = 1, padding = 0} = reference;
    this.isConv = shape.length === 4;
    const options = {density: 1, useBias: bias != null, reparameterization};
    if (this.isConv) {
      const pad = padding > 0 ? ('same' as const) : ('valid' as const);
      this.layer = maskedConv2d({filters: shape[0], kernelSize: shape[2], strides: stride, padding: pad, ...options});
      // [n, c, h, w] to [n, h, w, c].
      this.x = tf.transpose(tf.tensor(x as number[], x_shape as number[]), [0, 2, 3, 1]);
      this.upstream = tf.transpose(tf.tensor(upstream as number[], y_shape as number[]), [0, 2, 3, 1]);
    } else {
      this.layer = maskedDense({units: this.shape[1], ...options});
      this.x = tf.tensor(x as number[], x_shape as number[]);
      this.upstream = tf.tensor(upstream as number[], y_shape as number[]);
    }
    this.layer.build(this.x.shape);
    this.layer.sparseWeight.variable.assign(tf.tensor1d(this.ours(reference.weight)));
    if (bias) this.layer.bias!.write(tf.tensor1d(bias as number[]));
  }

  /** Of the kernel in TensorFlow.js. */
  private get shape(): readonly number[] {
    const {shape, weight_layout: layout} = this.reference;
    return layout === '[in, out]' ? shape : shapeFromTorch(shape);
  }

  /** Numbers of the file's weight in the order of slots. */
  ours(numbers: readonly number[]): number[] {
    const {shape, weight_layout: layout} = this.reference;
    return layout === '[in, out]' ? [...numbers] : fromTorch(shape, numbers);
  }

  /** A weight that is trained beside the values. */
  weight(name: string): tf.Variable {
    return this.layer.trainableWeights.find((weight) => weight.originalName.endsWith(name))!.read() as tf.Variable;
  }

  call(training: boolean): tf.Tensor {
    return this.layer.call(this.x, {training});
  }

  /** The output, in the order of the file. */
  output(training = true): number[] {
    return this.inFileOrder(this.call(training));
  }

  /** dL/dw by slot, dL/dx in the order of the file, and of the weights beside. */
  gradients(names: readonly string[], training = true) {
    const {variable} = this.layer.sparseWeight;
    const extras = names.map((name) => this.weight(name));
    const {grads} = tf.variableGrads(
      () => tf.sum(tf.mul(this.call(training), this.upstream)) as tf.Scalar,
      [variable, ...extras],
    );
    const dx = tf.grad((x) => tf.sum(tf.mul(this.layer.call(x, {training}), this.upstream)))(this.x);
    return {
      weight: [...grads[variable.name].dataSync()],
      extras: extras.map(({name}) => [...grads[name].dataSync()]),
      x: this.inFileOrder(dx),
    };
  }

  /** The penalty and its gradients. */
  penalty(names: readonly string[], dependsOnValues = true) {
    const {losses} = this.layer;
    const {variable} = this.layer.sparseWeight;
    const extras = names.map((name) => this.weight(name));
    const weight = dependsOnValues ? [variable] : [];
    const {value, grads} = tf.variableGrads(() => (losses[0] as () => tf.Scalar)(), [...weight, ...extras]);
    return {
      value: value.dataSync()[0],
      weight: dependsOnValues ? [...grads[variable.name].dataSync()] : [],
      extras: extras.map(({name}) => [...grads[name].dataSync()]),
    };
  }

  private inFileOrder(tensor: tf.Tensor): number[] {
    return [...(this.isConv ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor).dataSync()];
  }
}

/** Equal to float32, as the README of the reference files asks. */
export function isNear(ours: readonly number[], theirs: readonly number[], tolerance = 1e-4): boolean {
  const scale = Math.max(1e-3, ...theirs.map(Math.abs));
  return ours.length === theirs.length && ours.every((number, i) => Math.abs(number - theirs[i]) <= tolerance * scale);
}
