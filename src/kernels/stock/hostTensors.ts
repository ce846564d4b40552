import type * as tf from '@tensorflow/tfjs';
import type {CpuBackend, NumberArray, NumberType, WasmBackend} from '../hostMemory.ts';

/** How kernels that only copy reach tensors of any type of number, alike on the backends that keep them on the host. */
export interface HostTensors {
  /** The numbers of a tensor, moved here if another backend has them; take it again after allocating. */
  valuesOf(tensor: tf.TensorInfo): NumberArray;
  /** A new tensor with arbitrary contents. */
  allocate(shape: number[], dtype: NumberType): tf.TensorInfo;
}

export const hostTensors: Readonly<Record<'cpu' | 'wasm', (backend: unknown) => HostTensors>> = {
  cpu: (backend) => {
    const cpu = backend as CpuBackend;
    return {
      valuesOf: ({dataId}) => cpu.data.get(dataId).values,
      allocate: (shape, dtype) => cpu.makeTensorInfo(shape, dtype, newArray(dtype, shape)),
    };
  },
  wasm: (backend) => {
    const wasm = backend as WasmBackend;
    return {
      valuesOf: (tensor) => wasm.typedArrayFromHeap(tensor),
      allocate: (shape, dtype) => wasm.makeOutput(shape, dtype),
    };
  },
};

/** Whether a tensor is numbers, at least one of them. */
export function hasNumbers(tensor: tf.TensorInfo): tensor is tf.TensorInfo & {dtype: NumberType} {
  const {dtype, shape} = tensor;
  return (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') && !shape.includes(0);
}

function newArray(dtype: NumberType, shape: readonly number[]): NumberArray {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
