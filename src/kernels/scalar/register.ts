import * as tf from '@tensorflow/tfjs';
import {kernelNames, type SparseConv2dAttrs, type SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import {hostMemory} from '../hostMemory.ts';
import * as conv2d from './sparseConv2d.ts';
import * as matMul from './sparseMatMul.ts';

/** A kernel of two inputs and one output on typed arrays. */
interface ScalarKernel<Attrs> {
  readonly kernelName: string;
  readonly inputs: readonly [string, string];
  outputShape(attrs: Attrs, first: tf.TensorInfo): readonly number[];
  compute(first: Float32Array, second: Float32Array, attrs: Attrs, output: Float32Array): void;
}

const matMulKernels: readonly ScalarKernel<SparseMatMulAttrs>[] = [
  {
    kernelName: kernelNames.sparseMatMul,
    inputs: ['x', 'values'],
    outputShape: ({topology}, x) => [x.shape[0], topology.cols],
    compute: (x, values, {topology}, y) => matMul.forward(x, values, topology, y),
  },
  {
    kernelName: kernelNames.sparseMatMulBackpropInput,
    inputs: ['dy', 'values'],
    outputShape: ({topology}, dy) => [dy.shape[0], topology.rows],
    compute: (dy, values, {topology}, dx) => matMul.backpropInput(dy, values, topology, dx),
  },
  {
    kernelName: kernelNames.sparseMatMulBackpropValues,
    inputs: ['x', 'dy'],
    outputShape: ({topology}) => [topology.nnz],
    compute: (x, dy, {topology}, dValues) => matMul.backpropValues(x, dy, topology, dValues),
  },
];

const conv2dKernels: readonly ScalarKernel<SparseConv2dAttrs>[] = [
  {
    kernelName: kernelNames.sparseConv2d,
    inputs: ['x', 'values'],
    outputShape: ({geometry: g}) => [g.batch, g.outHeight, g.outWidth, g.outChannels],
    compute: (x, values, {topology, geometry}, y) => conv2d.forward(x, values, topology, geometry, y),
  },
  {
    kernelName: kernelNames.sparseConv2dBackpropInput,
    inputs: ['dy', 'values'],
    outputShape: ({geometry: g}) => [g.batch, g.inHeight, g.inWidth, g.inChannels],
    compute: (dy, values, {topology, geometry}, dx) => conv2d.backpropInput(dy, values, topology, geometry, dx),
  },
  {
    kernelName: kernelNames.sparseConv2dBackpropValues,
    inputs: ['x', 'dy'],
    outputShape: ({topology}) => [topology.nnz],
    compute: (x, dy, {topology, geometry}, dValues) => conv2d.backpropValues(x, dy, topology, geometry, dValues),
  },
];

/** Registers the scalar kernels for the backends that keep their tensors on the host, where nothing is registered yet. */
export function registerScalarKernels(): void {
  for (const backendName of ['cpu', 'wasm'] as const) {
    for (const kernel of matMulKernels) register(backendName, kernel);
    for (const kernel of conv2dKernels) register(backendName, kernel);
  }
}

function register<Attrs>(backendName: 'cpu' | 'wasm', kernel: ScalarKernel<Attrs>): void {
  const {kernelName, inputs: names, outputShape, compute} = kernel;
  if (tf.getKernel(kernelName, backendName) != null) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({inputs, backend, attrs: namedAttrs}) => {
      const attrs = namedAttrs as Attrs;
      const memory = hostMemory[backendName](backend);
      const [first, second] = names.map((name) => inputs[name]!);
      const output = memory.allocate(outputShape(attrs, first));
      compute(memory.view(first), memory.view(second), attrs, memory.view(output));
      return output;
    },
  });
}
