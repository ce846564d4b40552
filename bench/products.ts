import * as tf from '@tensorflow/tfjs';
import {kernelNames, seededRandom, sparseMatMul, Topology} from 'itop';
import type {BenchModel} from './models.ts';
import {type Case, type Contestant, finish} from './race.ts';

/** The three products of each layer, as the sparse kernels do them and as `tf.matMul` does. */
export function* productCases({widths, batchSize}: BenchModel, densities: readonly number[]): Generator<Case> {
  for (let layer = 1; layer < widths.length; layer++) {
    yield* layerCases([widths[layer - 1], widths[layer]], batchSize, densities);
  }
}

function* layerCases(shape: [number, number], batchSize: number, densities: readonly number[]): Generator<Case> {
  const [inputs, outputs] = shape;
  const x = tf.randomNormal<tf.Rank.R2>([batchSize, inputs], 0, 1, 'float32', 1);
  const dy = tf.randomNormal<tf.Rank.R2>([batchSize, outputs], 0, 1, 'float32', 2);
  const kernel = tf.randomNormal<tf.Rank.R2>(shape, 0, 1, 'float32', 3);
  const weights = densities.map((density) => {
    const topology = Topology.random(shape, Math.round(density * inputs * outputs), seededRandom(1));
    return {label: `${density}`, topology, values: tf.randomNormal<tf.Rank.R1>([topology.nnz], 0, 1, 'float32', 4)};
  });
  for (const {values, topology} of weights) registerKernels(x, values, topology);

  const name = `${inputs}×${outputs}`;
  yield {
    what: `${name} forward`,
    contestants: [
      timing('dense', () => tf.matMul(x, kernel)),
      ...weights.map(({label, values, topology}) => timing(label, () => sparseMatMul(x, values, topology))),
    ],
  };
  yield {
    what: `${name} gradient of input`,
    contestants: [
      timing('dense', () => tf.matMul(dy, kernel, false, true)),
      ...weights.map(({label, values, topology}) =>
        timing(label, () => runKernel(kernelNames.sparseMatMulBackpropInput, {dy, values}, topology)),
      ),
    ],
  };
  yield {
    what: `${name} gradient of weights`,
    contestants: [
      timing('dense', () => tf.matMul(x, dy, true, false)),
      ...weights.map(({label, topology}) =>
        timing(label, () => runKernel(kernelNames.sparseMatMulBackpropValues, {x, dy}, topology)),
      ),
    ],
  };
  tf.dispose([x, dy, kernel, weights.map(({values}) => values)]);
}

function timing(label: string, product: () => tf.Tensor): Contestant {
  return {label, run: () => finish(product())};
}

/** A backend without sparse kernels gets the composite when an op first runs; here all three do. */
function registerKernels(x: tf.Tensor2D, values: tf.Tensor1D, topology: Topology): void {
  tf.tidy(() => {
    tf.grads((x, values) => sparseMatMul(x as tf.Tensor2D, values as tf.Tensor1D, topology))([x, values]);
  });
}

function runKernel(name: string, inputs: tf.NamedTensorMap, topology: Topology): tf.Tensor {
  return tf.engine().runKernel(name, inputs, {topology} as unknown as tf.NamedAttrMap) as tf.Tensor;
}
