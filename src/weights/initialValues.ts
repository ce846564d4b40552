import * as tf from '@tensorflow/tfjs';
import {gatherActive} from '../ops/denseForm.ts';
import {normal, type Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';

/** Which connections count when an initializer scales by the number of inputs or outputs. */
export type FanKind = 'sparse' | 'dense';

/** What is used of a tfjs initializer. */
export interface KernelInitializer {
  /** The name of the class in saved models. */
  getClassName(): string;
  /** The options. */
  getConfig(): object;
  /** Makes a tensor of initial values. */
  apply(shape: number[], dtype?: tf.DataType): tf.Tensor;
}

type Config = Record<string, never>;
/** A number for the connection of a row and a column. */
type PerConnection = (row: number, col: number) => number;

/** The initializers whose values do not depend on each other, by class name: only these need no dense kernel. */
const ELEMENTWISE: Readonly<Record<string, (config: Config, random: Random, fans: () => Fans) => PerConnection>> = {
  Zeros: () => () => 0,
  Ones: () => () => 1,
  Constant:
    ({value}) =>
    () =>
      value,
  RandomUniform:
    ({minval, maxval}, random) =>
    () =>
      minval + (maxval - minval) * random(),
  RandomNormal:
    ({mean, stddev}, random) =>
    () =>
      mean + stddev * normal(random),
  TruncatedNormal:
    ({mean, stddev}, random) =>
    () =>
      mean + stddev * truncatedNormal(random),
  VarianceScaling: ({scale, mode, distribution}, random, fans) => {
    const {fanIn, fanOut} = fans();
    const fan = {fanIn, fanOut, fanAvg: averageOf(fanIn, fanOut)}[mode as string]!;
    const draw = distribution === 'normal' ? () => truncatedNormal(random) : () => Math.sqrt(3) * (2 * random() - 1);
    return (row, col) => Math.sqrt(scale / Math.max(1, fan(row, col))) * draw();
  },
};

/**
 * Initial values of a sparse weight, `[nnz]` by slot, as the initializer would give them to a dense kernel.
 *
 * The stock initializers are computed for the active connections only, from `random`, so that they are the same on every
 * backend; any other one is applied to the dense shape, and the values at the active positions are taken.
 *
 * @param kind  'sparse': fans are counted per output and input from the topology, which keeps the variance of the signal
 *              at any density; 'dense': fans of the dense kernel, as in the official implementation
 * @see Evci et al. 2022, "Gradient Flow in Sparse Neural Networks and How Lottery Tickets Win", §3 (sparse fan-in)
 */
export function initialValues(
  initializer: KernelInitializer,
  topology: Topology,
  kind: FanKind,
  random: Random,
): tf.Tensor1D {
  const elementwise = ELEMENTWISE[initializer.getClassName()];
  if (!elementwise) return tf.tidy(() => gatherActive(initializer.apply([...topology.shape], 'float32'), topology));
  const draw = elementwise(initializer.getConfig() as Config, random, () => fansOf(topology, kind));
  return tf.tensor1d(drawValues(topology, draw));
}

/** A value for each slot, in their order. */
function drawValues({rows, nnz, rowPtr, colIdx}: Topology, draw: PerConnection): Float32Array {
  const values = new Float32Array(nnz);
  for (let row = 0; row < rows; row++) {
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) values[slot] = draw(row, colIdx[slot]);
  }
  return values;
}

/** Inputs of the output, and outputs of the input, that a connection joins. */
interface Fans {
  readonly fanIn: PerConnection;
  readonly fanOut: PerConnection;
}

function fansOf(topology: Topology, kind: FanKind): Fans {
  const {shape, rows, size, rowPtr} = topology;
  const channels = shape[shape.length - 2];
  if (kind === 'dense') return {fanIn: () => rows, fanOut: () => size / channels};
  const perOutput = topology.fanIn();
  // The rows of one input channel lie `channels` apart, one for each offset of the kernel.
  const perChannel = new Int32Array(channels);
  for (let row = 0; row < rows; row++) perChannel[row % channels] += rowPtr[row + 1] - rowPtr[row];
  return {fanIn: (_, col) => perOutput[col], fanOut: (row) => perChannel[row % channels]};
}

function averageOf(a: PerConnection, b: PerConnection): PerConnection {
  return (row, col) => (a(row, col) + b(row, col)) / 2;
}

/** A standard normal draw, repeated until it lies within two standard deviations. */
function truncatedNormal(random: Random): number {
  for (;;) {
    const value = normal(random);
    if (Math.abs(value) <= 2) return value;
  }
}
