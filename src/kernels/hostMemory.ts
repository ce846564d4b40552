import * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../topology/positions.ts';

/** How kernels written for the host reach the tensors of a backend that keeps them in its memory. */
export interface HostMemory {
  /** The numbers of a float32 tensor; on wasm the view goes stale when the heap grows, so take it after allocating. */
  view(tensor: tf.TensorInfo): Float32Array;
  /** The numbers of a tensor of any type as they lie there, moved here if another backend has them; stale as a view. */
  valuesOf(tensor: tf.TensorInfo): NumberArray;
  /** A new tensor with arbitrary contents. @param dtype  @defaultValue 'float32' */
  allocate(shape: readonly number[], dtype?: NumberType): tf.TensorInfo;
}

/** The types of tensors that are numbers in memory. */
export type NumberType = 'float32' | 'int32' | 'bool';

/** Where those numbers are: by type, except that on cpu a tensor cast to float32 keeps what it was cast from. */
export type NumberArray = Float32Array | Int32Array | Uint8Array;

/** The part of tfjs's cpu backend that kernels use. */
export interface CpuBackend {
  readonly data: {get(dataId: object): {values: NumberArray}};
  bufferSync(tensor: tf.TensorInfo): tf.TensorBuffer<tf.Rank, tf.DataType>;
  makeTensorInfo(shape: number[], dtype: NumberType, values: NumberArray): tf.TensorInfo;
  incRef(dataId: object): void;
  disposeIntermediateTensorInfo(tensor: tf.TensorInfo): void;
}

/** The part of tfjs's wasm backend that kernels use. */
export interface WasmBackend {
  makeOutput(shape: number[], dtype: NumberType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): NumberArray;
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
  readonly dataIdMap: {get(dataId: object): {memoryOffset: number}};
  /** The Emscripten module; the threaded build has `wasmMemory`, the others `asm.memory`. */
  readonly wasm: {
    readonly wasmMemory?: WebAssembly.Memory;
    readonly asm?: {readonly memory: WebAssembly.Memory};
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
}

/** Access to the memory of the backends that keep tensors on the host, by backend name. */
export const hostMemory: Readonly<Record<'cpu' | 'wasm', (backend: unknown) => HostMemory>> = {
  cpu: (backend) => {
    const cpu = backend as CpuBackend;
    return {
      view: ({dataId}) => {
        // A float32 tensor that was cast from int32 still has its integers.
        const {values} = cpu.data.get(dataId);
        return values instanceof Float32Array ? values : Float32Array.from(values);
      },
      valuesOf: ({dataId}) => cpu.data.get(dataId).values,
      allocate: (shape, dtype = 'float32') => cpu.makeTensorInfo([...shape], dtype, newArray(dtype, sizeOf(shape))),
    };
  },
  wasm: (backend) => {
    const wasm = backend as WasmBackend;
    return {
      view: (tensor) => wasm.typedArrayFromHeap(tensor) as Float32Array,
      valuesOf: (tensor) => wasm.typedArrayFromHeap(tensor),
      allocate: (shape, dtype = 'float32') => wasm.makeOutput([...shape], dtype),
    };
  },
};

/** True if the current backend keeps its tensors on the host. */
export function isHostBackend(): boolean {
  return tf.getBackend() in hostMemory;
}

/** The numbers of a float32 tensor of the current backend, which must be one that keeps them on the host. */
export function hostView(tensor: tf.TensorInfo): Float32Array {
  return hostMemory[tf.getBackend() as keyof typeof hostMemory](tf.backend()).view(tensor);
}

/** A float32 tensor on the current backend, which must be one that keeps them on the host; its numbers are copied once. */
export function newHostTensor(shape: number[], numbers: () => Float32Array): tf.Tensor {
  const memory = hostMemory[tf.getBackend() as keyof typeof hostMemory](tf.backend());
  const tensor = memory.allocate(shape);
  memory.view(tensor).set(numbers());
  return tf.engine().makeTensorFromTensorInfo(tensor);
}

function newArray(dtype: NumberType, size: number): NumberArray {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
