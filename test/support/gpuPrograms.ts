import * as tf from '@tensorflow/tfjs';
import {type ReplayBackend, submitPending} from '../../src/fused/replay/gpuInternals.ts';
import type {GpuBackend} from '../../src/kernels/webgpu/gpu.ts';

/** The webgpu backend, which must be the current one. */
export function gpuBackend(): GpuBackend {
  return tf.backend() as unknown as GpuBackend;
}

/**
 * Computes and tells which programs ran for it.
 *
 * @returns the names of the library's programs, in order, without what tells their variants apart
 */
export function programsOf(compute: () => void): string[] {
  const backend = gpuBackend();
  const original = backend.runWebGPUProgram;
  const keys: string[] = [];
  backend.runWebGPUProgram = (program, ...rest) => {
    keys.push(program.shaderKey);
    return original.call(backend, program, ...rest);
  };
  try {
    compute();
  } finally {
    backend.runWebGPUProgram = original;
  }
  return keys
    .filter((key) => key.startsWith('itop_'))
    .map((key) => key.slice('itop_'.length).replace(/By(Four|Slot)$/, ''));
}

/** Computes on a device that claims to have these limits. */
export async function withLimits(
  limits: Partial<GpuBackend['device']['limits']>,
  compute: () => Promise<void>,
): Promise<void> {
  const {device} = gpuBackend();
  const {maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension} = device.limits;
  const value = {maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension, ...limits};
  const own = Object.getOwnPropertyDescriptor(device, 'limits');
  Object.defineProperty(device, 'limits', {value, configurable: true});
  try {
    await compute();
  } finally {
    if (own) Object.defineProperty(device, 'limits', own);
    else Reflect.deleteProperty(device, 'limits');
  }
}

/** Bytes of the device that tensors and replayed steps have. */
export function bytesInUse(): number {
  submitPending(tf.backend() as unknown as ReplayBackend);
  return (tf.memory() as unknown as {numBytesInGPU: number}).numBytesInGPU;
}
