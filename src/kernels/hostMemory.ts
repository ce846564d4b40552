import type * as tf from '@tensorflow/tfjs';

/** How kernels written for the host reach the tensors of a backend that keeps them in its memory. */
export interface HostMemory {
  /** The numbers of a float32 tensor; on wasm the view goes stale when the heap grows, so take it after allocating. */
  view(tensor: tf.TensorInfo): Float32Array;
  /** A new float32 tensor with arbitrary contents. */
  allocate(shape: readonly number[]): tf.TensorInfo;
}

/** The types of tensors that are numbers in memory. */
export type NumberType = 'float32' | 'int32' | 'bool';

/** Where those numbers are: by type, except that on cpu a tensor cast to float32 keeps what it was cast from. */
export type NumberArray = Float32Array | Int32Array | Uint8Array;

/** The part of tfjs's cpu backend that kernels use. */
export interface CpuBackend {
  readonly data: {get(dataId: object): {values: NumberArray}};
  makeTensorInfo(shape: number[], dtype: NumberType, values: NumberArray): tf.TensorInfo;
}

/** The part of tfjs's wasm backend that kernels use. */
export interface WasmBackend {
  makeOutput(shape: number[], dtype: NumberType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): NumberArray;
  incRef(dataId: object): void;
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
      allocate: (shape) => {
        const size = shape.reduce((product, dimension) => product * dimension, 1);
        return cpu.makeTensorInfo([...shape], 'float32', new Float32Array(size));
      },
    };
  },
  wasm: (backend) => {
    const wasm = backend as WasmBackend;
    return {
      view: (tensor) => wasm.typedArrayFromHeap(tensor) as Float32Array,
      allocate: (shape) => wasm.makeOutput([...shape], 'float32'),
    };
  },
};
