import * as tf from '@tensorflow/tfjs';
import type {DenseGradient} from '../algorithms/types.ts';

/** The dense gradient of a kernel from the input and the output's gradient of one call. */
export type DenseGradientOp = (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor;

interface Recording {
  readonly x: tf.Tensor;
  readonly dy: tf.Tensor;
  readonly toDense: DenseGradientOp;
}

/**
 * Captures the gradient of a sparse weight at **all** positions, of the steps during which it is armed.
 *
 * What is kept from a step are the layer's input and its output's gradient, as many as the layer was called (a shared layer
 * or accumulated micro-batches are summed). The product with a row for every position is made only when it is read; there is
 * never a dense weight.
 */
export class GradientProbe {
  private armed = false;
  private recordings: Recording[] = [];
  private recordedVersion: unknown;

  /**
   * @param version  tells one state of the weights from the next: where it changes, what was recorded before is released, so
   * that the gradient is of one step also where steps go by without being read. @defaultValue always the same
   */
  constructor(private readonly version: () => unknown = () => undefined) {}

  /** Starts recording with the next backward pass; what was recorded before is released. */
  arm(): void {
    this.disarm();
    this.armed = true;
  }

  /** Stops recording and releases what was recorded. */
  disarm(): void {
    this.armed = false;
    this.release();
  }

  /** Called by the gradient of the sparse ops; keeps its own references to `x` and `dy`. */
  record(x: tf.Tensor, dy: tf.Tensor, toDense: DenseGradientOp): void {
    if (!this.armed) return;
    const version = this.version();
    if (version !== this.recordedVersion) this.release();
    this.recordedVersion = version;
    this.recordings.push({x: tf.keep(x.clone()), dy: tf.keep(dy.clone()), toDense});
  }

  /**
   * The recorded gradient; the recording stays until {@link disarm}.
   *
   * @returns gradients for all positions of the layer, row-major like its kernel
   * @throws Error if no backward pass was recorded since {@link arm}
   */
  async read(): Promise<DenseGradient> {
    if (this.recordings.length === 0) {
      throw new Error(
        'GradientProbe: no gradient was recorded. Call scheduler.step() after every optimizer step, and train a loss that ' +
          'depends on every sparse layer.',
      );
    }
    const dense = tf.tidy(() =>
      this.recordings.map(({x, dy, toDense}) => toDense(x, dy)).reduce((sum, gradient) => tf.add(sum, gradient)),
    );
    try {
      const values = (await dense.data()) as Float32Array;
      return {size: dense.size, block: (begin, end) => values.subarray(begin, end)};
    } finally {
      dense.dispose();
    }
  }
  private release(): void {
    for (const {x, dy} of this.recordings) tf.dispose([x, dy]);
    this.recordings = [];
  }
}
