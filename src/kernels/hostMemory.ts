import type * as tf from '@tensorflow/tfjs';

/** How kernels written for the host reach the tensors of a backend that keeps them in its memory. */
export interface HostMemory {
  /** The numbers of a float32 tensor; on wasm the view goes stale when the heap grows, so take it after allocating. */
  view(tensor: tf.TensorInfo): Float32Array;
  /** A new float32 tensor with arbitrary contents. */
  allocate(shape: readonly number[]): tf.TensorInfo;
}

/** The part of tfjs's cpu backend that kernels use. */
export interface CpuBackend {
  readonly data: {get(dataId: object): {values: Float32Array | Int32Array}};
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
}

/** The part of tfjs's wasm backend that kernels use. */
export interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
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
      view: (tensor) => wasm.typedArrayFromHeap(tensor),
      allocate: (shape) => wasm.makeOutput([...shape], 'float32'),
    };
  },
};
