import type * as tf from '@tensorflow/tfjs';
import type {CpuBackend, NumberType} from '../hostMemory.ts';

/** A call of a kernel as tfjs makes it. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** What does the work of a stock kernel faster, for the calls that matter, with equal results. */
export interface FastKernel {
  /** The name of the stock kernel. */
  readonly kernelName: string;
  readonly backendName: 'cpu' | 'wasm' | 'webgpu';
  /** @returns undefined for a call that is not of the form meant; the stock kernel takes it then */
  run(call: KernelCall): tf.TensorInfo | undefined;
}

/** Whether a tensor is numbers, at least one of them. */
export function hasNumbers(tensor: tf.TensorInfo): tensor is tf.TensorInfo & {dtype: NumberType} {
  const {dtype, shape} = tensor;
  return (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') && !shape.includes(0);
}

/**
 * The numbers of a float32 tensor of the cpu backend, or undefined where these loops are not for it: another type, no
 * numbers at all, or integers that no float32 holds.
 *
 * A cast to float32 leaves the numbers where they are, so such a tensor may lie in an array of another type. Stock
 * kernels compute with the integers as they are; where each is a float32 number, that makes no difference.
 */
export function float32Values(cpu: CpuBackend, tensor: tf.TensorInfo): Float32Array | undefined {
  const {dtype, dataId, shape} = tensor;
  if (dtype !== 'float32' || shape.includes(0)) return undefined;
  const {values} = cpu.data.get(dataId);
  if (values instanceof Float32Array) return values;
  if (!(values instanceof Int32Array || values instanceof Uint8Array)) return undefined;
  const floats = new Float32Array(values);
  for (let i = 0; i < floats.length; i++) if (floats[i] !== values[i]) return undefined;
  return floats;
}

/** The numbers of a bool tensor of the cpu backend, or undefined as in {@link float32Values}. */
export function boolValues(cpu: CpuBackend, {dtype, dataId, shape}: tf.TensorInfo): Uint8Array | undefined {
  if (dtype !== 'bool' || shape.includes(0)) return undefined;
  const {values} = cpu.data.get(dataId);
  return values instanceof Uint8Array ? values : undefined;
}
