import * as tf from '@tensorflow/tfjs';
import {prefersDense} from '../../ops/breakEven.ts';
import {compositeKernels} from '../../ops/composite.ts';
import type {ConvGeometry} from '../../ops/convGeometry.ts';
import {FILTER_GRADIENT, filterGradientByConvolution} from '../../ops/convGradients.ts';
import {denseIndex} from '../../ops/denseIndex.ts';
import {prepareKernel} from '../../ops/dispatch.ts';
import {setLargestFinder} from '../../ops/findLargest.ts';
import {kernelNames, type OutputAttrs, type TopologyAttrs} from '../../ops/kernelNames.ts';
import {sizeOf} from '../../topology/positions.ts';
import type {Topology} from '../../topology/topology.ts';
import {checkDevice} from './checkDevice.ts';
import {filterGradientOf} from './filterGradients.ts';
import type {GpuBackend} from './gpu.ts';
import type {GpuKernel, Operands} from './gpuKernel.ts';
import {largestPositions} from './largestPositions.ts';
import {type OutputOperands, outputGradient} from './outputGradient.ts';
import * as conv2d from './sparseConv2d.ts';
import * as matMul from './sparseMatMul.ts';

const BACKEND = 'webgpu';

/** Registers the programs for tfjs's webgpu backend, whether or not it is there yet. */
export function registerGpuKernels(): void {
  for (const kernel of Object.values(conv2d)) register(kernel);
  for (const kernel of Object.values(matMul)) register(kernel);
  registerOutputGradient();
  registerFilterGradient();
  setLargestFinder(BACKEND, largestPositions);
}

function registerOutputGradient(): void {
  const kernelName = kernelNames.outputGradient;
  if (tf.getKernel(kernelName, BACKEND) != null) return;
  const kernelFunc: tf.KernelFunc = (call) => {
    const backend = call.backend as GpuBackend;
    checkDevice(backend);
    const operands = call.inputs as unknown as OutputOperands;
    const isEmpty = sizeOf(operands.dy.shape) === 0;
    return isEmpty
      ? compositeKernels[kernelName](call)
      : outputGradient(backend, operands, call.attrs as unknown as OutputAttrs);
  };
  tf.registerKernel({kernelName, backendName: BACKEND, kernelFunc});
}

function registerFilterGradient(): void {
  const kernelName = FILTER_GRADIENT;
  if (tf.getKernel(kernelName, BACKEND) != null) return;
  const kernelFunc: tf.KernelFunc = ({inputs, attrs, backend}) => {
    const {x, dy} = inputs as {x: tf.Tensor4D; dy: tf.Tensor4D};
    const {geometry} = attrs as unknown as {geometry: ConvGeometry};
    const isEmpty = sizeOf(x.shape) === 0;
    const gradient = isEmpty ? undefined : filterGradientOf(backend as GpuBackend, {x, dy}, geometry);
    return gradient ?? filterGradientByConvolution(x, dy, geometry);
  };
  tf.registerKernel({kernelName, backendName: BACKEND, kernelFunc});
}

/** A kernel that runs as the composite where there is nothing to multiply, or the device cannot take it. */
function register<Attrs extends TopologyAttrs>({kernelName, plan}: GpuKernel<Attrs>): void {
  if (tf.getKernel(kernelName, BACKEND) != null) return;
  const planOn = (backend: unknown, inputs: Operands, attrs: Attrs) => {
    checkDevice(backend as GpuBackend);
    const {topology} = attrs;
    const {x, dy} = inputs;
    const isEmpty = topology.nnz === 0 || (x ?? dy).shape[0] === 0;
    const isDense = isEmpty || prefersDense(BACKEND, kernelName, topology);
    const run = isDense ? undefined : plan(backend as GpuBackend, inputs, attrs);
    if (!run) checkDenseKernel(backend as GpuBackend, topology);
    return run;
  };
  const kernelFunc: tf.KernelFunc = (call) => {
    const run = planOn(call.backend, call.inputs as Operands, call.attrs as unknown as Attrs);
    return run ? run() : compositeKernels[kernelName](call);
  };
  tf.registerKernel({kernelName, backendName: BACKEND, kernelFunc});
  prepareKernel(kernelFunc, (inputs, attrs) => {
    if (!planOn(tf.backend(), inputs, attrs as Attrs)) denseIndex(attrs.topology);
  });
}

/** The composite makes a dense kernel; WebGPU would go on without it if the device had no room for one. */
function checkDenseKernel({device}: GpuBackend, {size, shape, nnz}: Topology): void {
  const {maxStorageBufferBindingSize} = device.limits;
  if (4 * size > maxStorageBufferBindingSize) {
    throw new RangeError(
      `sparse op: buffers must have at most ${maxStorageBufferBindingSize} bytes on this GPU device, received the shape [${shape}] ` +
        `with ${nnz} connections. Use smaller batches, or the backend wasm.`,
    );
  }
}
