import * as tf from '@tensorflow/tfjs';
import {
  kernelNames,
  type OutputAttrs,
  type RowRange,
  type SparseConv2dAttrs,
  type SparseMatMulAttrs,
  type TopologyAttrs,
} from '../../ops/kernelNames.ts';
import {hostMemory} from '../hostMemory.ts';
import {outputGradient} from './activate.ts';
import {denseToSparse, sparseToDense} from './denseForm.ts';
import * as conv2d from './sparseConv2d.ts';
import * as matMul from './sparseMatMul.ts';

type Shape = readonly number[];
type Operands<Value> = Readonly<Record<string, Value>>;

/** A kernel on typed arrays. */
interface ScalarKernel<Attrs> {
  readonly kernelName: string;
  outputShapes(attrs: Attrs, inputs: Operands<tf.TensorInfo>): readonly Shape[];
  compute(inputs: Operands<Float32Array>, attrs: Attrs, outputs: readonly Float32Array[]): void;
}

const matMulKernels: readonly ScalarKernel<SparseMatMulAttrs & RowRange>[] = [
  {
    kernelName: kernelNames.sparseMatMul,
    outputShapes: ({topology}, {x}) => [[x.shape[0], topology.cols]],
    compute: ({x, values, bias}, {topology, activation}, [y]) =>
      matMul.forward(x, values, topology, y, bias, activation),
  },
  {
    kernelName: kernelNames.sparseMatMulBackpropInput,
    outputShapes: ({topology}, {dy}) => [[dy.shape[0], topology.rows]],
    compute: ({dy, values}, {topology}, [dx]) => matMul.backpropInput(dy, values, topology, dx),
  },
  {
    kernelName: kernelNames.sparseMatMulBackpropValues,
    outputShapes: ({topology}) => [[topology.nnz]],
    compute: ({x, dy}, {topology}, [dValues]) => matMul.backpropValues(x, dy, topology, dValues),
  },
  {
    kernelName: kernelNames.sparseMatMulGradientRows,
    outputShapes: ({topology, begin, end}) => [[end - begin, topology.cols]],
    compute: ({x, dy}, {topology, begin}, [gradient]) => matMul.gradientRows(x, dy, topology, begin, gradient),
  },
];

const conv2dKernels: readonly ScalarKernel<SparseConv2dAttrs & RowRange>[] = [
  {
    kernelName: kernelNames.sparseConv2d,
    outputShapes: ({geometry: g}) => [[g.batch, g.outHeight, g.outWidth, g.outChannels]],
    compute: ({x, values, bias}, {topology, geometry, activation}, [y]) =>
      conv2d.forward(x, values, topology, geometry, y, bias, activation),
  },
  {
    kernelName: kernelNames.sparseConv2dBackpropInput,
    outputShapes: ({geometry: g}) => [[g.batch, g.inHeight, g.inWidth, g.inChannels]],
    compute: ({dy, values}, {topology, geometry}, [dx]) => conv2d.backpropInput(dy, values, topology, geometry, dx),
  },
  {
    kernelName: kernelNames.sparseConv2dBackpropValues,
    outputShapes: ({topology}) => [[topology.nnz]],
    compute: ({x, dy}, {topology, geometry}, [dValues]) => conv2d.backpropValues(x, dy, topology, geometry, dValues),
  },
  {
    kernelName: kernelNames.sparseConv2dGradientRows,
    outputShapes: ({topology, begin, end}) => [[end - begin, topology.cols]],
    compute: ({x, dy}, {topology, geometry, begin}, [gradient]) =>
      conv2d.gradientRows(x, dy, topology, geometry, begin, gradient),
  },
];

const denseFormKernels: readonly ScalarKernel<TopologyAttrs>[] = [
  {
    kernelName: kernelNames.sparseToDense,
    outputShapes: ({topology}) => [topology.shape],
    compute: ({values}, {topology}, [dense]) => sparseToDense(values, topology, dense),
  },
  {
    kernelName: kernelNames.denseToSparse,
    outputShapes: ({topology}) => [[topology.nnz]],
    compute: ({dense}, {topology}, [values]) => denseToSparse(dense, topology, values),
  },
];

const outputGradientKernel: ScalarKernel<OutputAttrs> = {
  kernelName: kernelNames.outputGradient,
  outputShapes: ({activation = 'linear', hasBias}, {dy}) => [
    ...(activation === 'linear' ? [] : [dy.shape]),
    ...(hasBias ? [dy.shape.slice(-1)] : []),
  ],
  compute({dy, y}, {activation = 'linear', hasBias}, outputs) {
    const dz = activation === 'linear' ? undefined : outputs[0];
    outputGradient(dy, y, dz, hasBias ? outputs[outputs.length - 1] : undefined);
  },
};

/** Registers the scalar kernels for the backends that keep their tensors on the host, where nothing is registered yet. */
export function registerScalarKernels(): void {
  for (const backendName of ['cpu', 'wasm'] as const) {
    for (const kernel of matMulKernels) register(backendName, kernel);
    for (const kernel of conv2dKernels) register(backendName, kernel);
    for (const kernel of denseFormKernels) register(backendName, kernel);
    register(backendName, outputGradientKernel);
  }
}

function register<Attrs>(backendName: 'cpu' | 'wasm', kernel: ScalarKernel<Attrs>): void {
  const {kernelName, outputShapes, compute} = kernel;
  if (tf.getKernel(kernelName, backendName) != null) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({inputs, backend, attrs: namedAttrs}) => {
      const attrs = namedAttrs as Attrs;
      const memory = hostMemory[backendName](backend);
      const operands = Object.entries(inputs as Operands<tf.TensorInfo>).filter(([, tensor]) => tensor != null);
      const outputs = outputShapes(attrs, Object.fromEntries(operands)).map((shape) => memory.allocate(shape));
      const views = Object.fromEntries(operands.map(([name, tensor]) => [name, memory.view(tensor)]));
      compute(views, attrs, outputs.map(memory.view));
      return outputs.length === 1 ? outputs[0] : outputs;
    },
  });
}
