import * as tf from '@tensorflow/tfjs';
import {compositeKernels} from './composite.ts';
import {denseIndex} from './denseIndex.ts';
import {kernelNames, type TopologyAttrs} from './kernelNames.ts';

/** What is to be done about kernels for webgpu that are not there. */
export const WEBGPU_MISSING = "the kernels for the backend webgpu are not imported: add import 'itop/webgpu'";

/** Makes what a kernel keeps beyond its call. */
type Preparation = (inputs: Readonly<Record<string, tf.Tensor>>, attrs: TopologyAttrs) => void;

const preparations = new Map<tf.KernelFunc, Preparation>();

/**
 * Runs a sparse kernel on the current backend through tfjs's kernel registry.
 *
 * @param inputs  tensors by name
 * @param attrs   any plain object with the topology; it reaches the kernel and the gradient function as it is
 */
export function runSparseKernel<Result extends tf.Tensor>(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: TopologyAttrs,
): Result {
  // What outlives the kernel is made before it: tensors kept inside look like a leak to tfjs.
  if (ensureKernel(kernelName)) denseIndex(attrs.topology);
  else preparations.get(tf.getKernel(kernelName, tf.getBackend()).kernelFunc)?.(inputs, attrs);
  return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attrs as unknown as tf.NamedAttrMap) as Result;
}

/** Has {@link runSparseKernel} prepare every call of a kernel of its own that keeps tensors for the topology. */
export function prepareKernel(kernelFunc: tf.KernelFunc, prepare: Preparation): void {
  preparations.set(kernelFunc, prepare);
}

/**
 * Registers the composite of stock ops for the current backend where it has no kernel of that name.
 *
 * @returns true if the kernel is the composite
 * @throws Error on webgpu, which has kernels in an entry of their own
 */
export function ensureKernel(kernelName: string): boolean {
  const backendName = tf.getBackend();
  const composite = compositeKernels[kernelName];
  const kernelFunc = tf.getKernel(kernelName, backendName)?.kernelFunc;
  if (!kernelFunc && lacksKernels(backendName)) throw new Error(`itop: ${WEBGPU_MISSING}.`);
  if (!kernelFunc) tf.registerKernel({kernelName, backendName, kernelFunc: composite});
  return !kernelFunc || kernelFunc === composite;
}

/** On webgpu the composite only serves what the kernels leave: alone it would hide that they are missing. */
export function lacksKernels(backendName: string): boolean {
  return backendName === 'webgpu' && tf.getKernel(kernelNames.sparseMatMul, backendName) == null;
}
