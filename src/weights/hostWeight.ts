import * as tf from '@tensorflow/tfjs';
import type {WeightLike} from './tfjsInternals.ts';

let nextId = -1;

/**
 * Numbers of the host in the list of a layer's weights, so that tfjs saves, loads and copies them with the others. The tensor is made
 * when somebody reads it.
 */
export abstract class HostWeight implements WeightLike {
  abstract readonly dtype: 'int32' | 'float32';
  /** As of all weights of tfjs; below 0, so that it is no other's. */
  readonly id = nextId--;
  /** It has none. */
  readonly constraint = null;
  /** Nobody trains it. */
  trainable = false;
  private tensor?: tf.Tensor1D;

  /** @param name  as the names of the layer's other weights */
  constructor(readonly name: string) {}

  /** As `name`. */
  get originalName(): string {
    return this.name;
  }

  /** tfjs counts parameters by the shapes of weights, and what the host keeps are none. */
  get shape(): [number] {
    return [0];
  }

  read(): tf.Tensor {
    if (!this.tensor || this.tensor.isDisposed) this.tensor = tf.keep(tf.tensor1d(this.packed(), this.dtype));
    return this.tensor;
  }

  /** Takes over saved numbers as they are. @throws RangeError if they do not belong to this weight */
  abstract assign(saved: tf.Tensor): void;

  /** The same as tfjs calls it, when it sets the weights of a layer. */
  write(saved: tf.Tensor): never {
    this.assign(saved);
    return this as never;
  }

  /** Releases the tensor; the numbers of the host stay. */
  dispose(): void {
    this.tensor?.dispose();
    this.tensor = undefined;
  }

  /** The numbers as they are saved; a copy, since tensors may share what they are made of. */
  protected abstract packed(): Int32Array | Float32Array;
}
