import type * as tf from '@tensorflow/tfjs';

type Conv2dArgs = Parameters<typeof tf.layers.conv2d>[0];
type DenseArgs = Parameters<typeof tf.layers.dense>[0];

/** Makes the layers that have kernels. */
export interface KernelLayers {
  conv2d(args: Conv2dArgs): tf.layers.Layer;
  dense(args: DenseArgs): tf.layers.Layer;
}

/** Options of every network here; the defaults are those of its paper. */
export interface ModelOptions {
  /** Shape of one input, without the batch. */
  readonly inputShape?: number[];
  readonly classes?: number;
  /** Seed of the initial weights. @defaultValue 1 */
  readonly seed?: number;
  /**
   * Layers with kernels of another kind, for instance `maskedConv2d` and `maskedDense`, so that no dense kernel ever exists.
   * @defaultValue `tf.layers`
   */
  readonly layers?: KernelLayers;
}
