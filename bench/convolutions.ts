import * as tf from '@tensorflow/tfjs';
import {seededRandom, sparseConv2d, Topology} from 'itop';
import {type Case, type Contestant, finish} from './race.ts';

/** A convolution of the literature, stride 1, padding 'same'. */
interface BenchConvolution {
  /** `[height, width]` of the image. */
  readonly image: [number, number];
  /** `[kh, kw, in, out]` */
  readonly kernel: [number, number, number, number];
  readonly batchSize: number;
}

/** Layers of the ResNets and VGGs for CIFAR. */
export const CONVOLUTIONS: readonly BenchConvolution[] = [
  {image: [16, 16], kernel: [3, 3, 64, 64], batchSize: 16},
  {image: [4, 4], kernel: [3, 3, 256, 256], batchSize: 16},
];

/** A convolution forward, and forward with both gradients, sparse and by `tf.conv2d`. */
export function* convolutionCases(convolution: BenchConvolution, densities: readonly number[]): Generator<Case> {
  const {image, kernel, batchSize} = convolution;
  const x = tf.randomNormal<tf.Rank.R4>([batchSize, ...image, kernel[2]], 0, 1, 'float32', 1);
  const filter = tf.randomNormal<tf.Rank.R4>(kernel, 0, 1, 'float32', 2);
  const size = filter.size;
  const weights = densities.map((density) => {
    const topology = Topology.random(kernel, Math.round(density * size), seededRandom(1));
    return {label: `${density}`, topology, values: tf.randomNormal<tf.Rank.R1>([topology.nnz], 0, 1, 'float32', 3)};
  });
  const dense = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
  const sparse = (topology: Topology) => (x: tf.Tensor, w: tf.Tensor) =>
    sparseConv2d(x as tf.Tensor4D, w as tf.Tensor1D, topology, {pad: 'same'});

  const name = `${kernel.join('×')} on ${image.join('×')}`;
  yield {
    what: `${name} forward`,
    contestants: [
      {label: 'dense', run: () => finish(dense(x, filter))},
      ...weights.map(({label, topology, values}) => ({label, run: () => finish(sparse(topology)(x, values))})),
    ],
  };
  yield {
    what: `${name} forward and gradients`,
    contestants: [
      withGradients('dense', dense, x, filter),
      ...weights.map(({label, topology, values}) => withGradients(label, sparse(topology), x, values)),
    ],
  };
  tf.dispose([x, filter, weights.map(({values}) => values)]);
}

function withGradients(
  label: string,
  convolve: (x: tf.Tensor, w: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  w: tf.Tensor,
): Contestant {
  const gradients = tf.grads((x, w) => convolve(x, w).square());
  return {
    label,
    async run() {
      const [dx, dw] = gradients([x, w]);
      await Promise.all([finish(dx), finish(dw)]);
    },
  };
}
