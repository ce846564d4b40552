import type * as tf from '@tensorflow/tfjs';
import {asFloats, type GpuBackend} from '../../kernels/webgpu/gpu.ts';
import {trackedTensor} from './trackedTensor.ts';

/** The private parts of tfjs's webgpu backend, 4.22, through which everything goes that it does on the device. */
export interface ReplayBackend extends GpuBackend {
  readonly device: GpuBackend['device'] & Pick<GPUDevice, 'createBindGroup'>;
  readonly queue: GPUQueue;
  readonly bufferManager: BufferManager;
  readonly tensorMap: {has(dataId: object): boolean; get(dataId: object): TensorData};
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: ComputePass | null;
  /** Set by this library, whichever copy of it, while something is recorded. */
  isItopRecording?: boolean;
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
  readonly dtype: tf.DataType;
  /** Its numbers on the host; null once they are on the device. */
  readonly values: Iterable<number> | null | undefined;
  /** Its numbers on the device, a buffer unless it is an image; null before they are there. */
  resource: unknown;
  /** True if the buffer is not released with the tensor. */
  external?: boolean;
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

/** The type that the numbers of a tensor have on the device: what tfjs casts upward shares the data of what it was cast from. */
export function typeOnDevice({tensorMap}: ReplayBackend, {dataId}: tf.Tensor): tf.DataType {
  return tensorMap.get(dataId).dtype;
}

/**
 * @param type  that the numbers get on the device. @defaultValue the one that the tensor says
 * @returns a tensor of the same numbers in a buffer of its own
 */
export function copyOf(backend: ReplayBackend, tensor: tf.Tensor, type = tensor.dtype): tf.Tensor {
  const copy = backend.makeTensorInfo(tensor.shape, type);
  backend.uploadToGPU(copy.dataId);
  backend.uploadToGPU(tensor.dataId);
  copyOnDevice(backend, tensor, bufferOf(backend, copy.dataId)!, type);
  return trackedTensor({...copy, dtype: tensor.dtype});
}

/**
 * Puts the numbers of a tensor into a buffer of its size. Those on the host go there at once, before what has been gathered.
 *
 * @param type  that they get there: float32, or the one that they have on the device
 */
export function copyInto(backend: ReplayBackend, tensor: tf.Tensor, target: GPUBuffer, type: tf.DataType): void {
  const {values} = backend.tensorMap.get(tensor.dataId);
  if (values) backend.queue.writeBuffer(target, 0, wordsOf(values, type));
  else copyOnDevice(backend, tensor, target, type);
}

function copyOnDevice(backend: ReplayBackend, tensor: tf.Tensor, target: GPUBuffer, type: tf.DataType): void {
  const source = type === 'float32' ? asFloats(backend, tensor) : tensor;
  openEncoder(backend).copyBufferToBuffer(bufferOf(backend, source.dataId)!, 0, target, 0, target.size);
  if (source !== tensor) backend.disposeData(source.dataId);
}

/** Numbers as the device has them: truth values are integers there. */
function wordsOf(values: Iterable<number>, dtype: tf.DataType): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  const Words = dtype === 'float32' ? Float32Array : Int32Array;
  return values instanceof Words ? (values as Float32Array<ArrayBuffer>) : Words.from(values);
}
