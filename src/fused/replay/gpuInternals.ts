import type * as tf from '@tensorflow/tfjs';
import type {GpuBackend} from '../../kernels/webgpu/gpu.ts';
import {trackedTensor} from './trackedTensor.ts';

/** The private parts of tfjs's webgpu backend, 4.22, through which everything goes that it does on the device. */
export interface ReplayBackend extends GpuBackend {
  readonly queue: GPUQueue;
  readonly bufferManager: BufferManager;
  readonly tensorMap: {has(dataId: object): boolean; get(dataId: object): TensorData};
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: ComputePass | null;
  /** Not null while someone measures. */
  readonly activeTimers: unknown;
  write(values: unknown, shape: number[], dtype: string): object;
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  recordAndSubmit(program: unknown, output: tf.TensorInfo, inputs: readonly tf.TensorInfo[], uniforms: unknown): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  readSync(dataId: object): unknown;
  read(dataId: object): Promise<unknown>;
}

/** What the backend knows of a tensor. */
interface TensorData {
  /** Its numbers on the host; null once they are on the device. */
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | null | undefined;
  /** Its numbers on the device, a buffer unless it is an image; null before they are there. */
  readonly resource: unknown;
  /** 0 when it is disposed, and only waits for the device to be done with it. */
  readonly refCount: number;
}

/** Its pool of buffers. */
export interface BufferManager {
  acquireBuffer(size: number, usage: number, isMapped?: boolean, isPooled?: boolean): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, isPooled?: boolean): void;
}

/** What it uses of a compute pass. */
export interface ComputePass {
  setPipeline(pipeline: GPUComputePipeline): void;
  setBindGroup(index: number, bindGroup: GPUBindGroup): void;
  dispatchWorkgroups(x: number, y?: number, z?: number): void;
  end(): void;
}

const methods = [
  ...['write', 'uploadToGPU', 'makeTensorInfo', 'recordAndSubmit', 'ensureCommandEncoderReady'],
  ...['endComputePassEncoder', 'submitQueue', 'readSync', 'read'],
] as const;

/** False for a version of the backend with other private parts. */
export function isReplayBackend(backend: unknown): backend is ReplayBackend {
  const parts = backend as ReplayBackend & Record<string, unknown>;
  return (
    methods.every((method) => typeof parts[method] === 'function') &&
    typeof parts.bufferManager?.acquireBuffer === 'function' &&
    typeof parts.bufferManager.releaseBuffer === 'function' &&
    typeof parts.tensorMap?.get === 'function' &&
    ['commandEncoder', 'computePassEncoder', 'queue'].every((part) => part in parts)
  );
}

/** True until the last tensor with these data is disposed. */
export function isAlive({tensorMap}: ReplayBackend, dataId: object): boolean {
  return tensorMap.has(dataId) && tensorMap.get(dataId).refCount > 0;
}

/** The buffer of a tensor, if it is on the device. */
export function bufferOf(backend: ReplayBackend, dataId: object): GPUBuffer | undefined {
  const data = isAlive(backend, dataId) ? backend.tensorMap.get(dataId) : undefined;
  return (data?.resource as GPUBuffer | null | undefined) ?? undefined;
}

/** Hands over what the backend has gathered for the device; what was waiting for that is released. */
export function submitPending(backend: ReplayBackend): void {
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
}

/** The encoder with what the backend has gathered so far, outside of a pass. */
export function openEncoder(backend: ReplayBackend): GPUCommandEncoder {
  backend.endComputePassEncoder();
  backend.ensureCommandEncoderReady();
  return backend.commandEncoder!;
}

/** @returns a tensor of the same numbers in a buffer of its own */
export function copyOf(backend: ReplayBackend, {dataId, shape, dtype}: tf.Tensor): tf.Tensor {
  backend.uploadToGPU(dataId);
  const copy = backend.makeTensorInfo(shape, dtype);
  backend.uploadToGPU(copy.dataId);
  const source = bufferOf(backend, dataId)!;
  openEncoder(backend).copyBufferToBuffer(source, 0, bufferOf(backend, copy.dataId)!, 0, source.size);
  return trackedTensor(copy);
}

/** Puts the numbers of a tensor into a buffer of its size. Those on the host go there at once, before what has been gathered. */
export function copyInto(backend: ReplayBackend, {dataId, dtype}: tf.Tensor, target: GPUBuffer): void {
  const {values} = backend.tensorMap.get(dataId);
  if (values) {
    backend.queue.writeBuffer(target, 0, dtype === 'bool' ? Int32Array.from(values) : values);
    return;
  }
  openEncoder(backend).copyBufferToBuffer(bufferOf(backend, dataId)!, 0, target, 0, target.size);
}
