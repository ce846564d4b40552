import type * as tf from '@tensorflow/tfjs';
import {topologyResource} from '../../ops/topologyResources.ts';
import type {Topology} from '../../topology/topology.ts';
import {hostMemory, type WasmBackend} from '../hostMemory.ts';
import {allOrNothing, copyToHeap, type Heap, ownHeap, tfjsHeap} from './heap.ts';
import type {WasmKernels} from './wasmKernels.ts';

/** A result whose tensor is complete once it was computed. */
export interface FrameOutput {
  readonly address: number;
  /** To be called once, when the result is there. */
  toTensor(): tf.TensorInfo;
}

/** The memory of one kernel call: where its operands lie, and room for what comes between. Addresses are in bytes. */
export interface Frame {
  readonly heap: Heap;
  readonly kernels: WasmKernels;
  /** Address of a float32 tensor's data. */
  input(tensor: tf.TensorInfo): number;
  /** Room for the result. */
  output(shape: readonly number[]): FrameOutput;
  /** Address of room for so many floats, until the frame ends. */
  scratch(floats: number): number;
  /** Gives the room back. */
  end(): void;
}

/** Opens a frame on a backend that keeps its tensors on the host. */
export const openFrame: Readonly<Record<'cpu' | 'wasm', (backend: unknown) => Frame>> = {
  cpu: openCopyingFrame,
  wasm: openSharingFrame,
};

/** A frame on the heap of tfjs's own wasm backend: operands and results are where they are, nothing is copied. */
function openSharingFrame(backend: unknown): Frame {
  const wasmBackend = backend as WasmBackend;
  const addressOf = (tensor: {dataId: object}) => wasmBackend.dataIdMap.get(tensor.dataId).memoryOffset;
  return {
    ...scratchOn(tfjsHeap(wasmBackend)),
    input: addressOf,
    output(shape) {
      const tensor = hostMemory.wasm(backend).allocate(shape);
      return {address: addressOf(tensor), toTensor: () => tensor};
    },
  };
}

/** A frame for the cpu backend, whose tensors are JavaScript arrays: operands are copied in, the result is copied out. */
function openCopyingFrame(backend: unknown): Frame {
  const heap = ownHeap();
  const tensors = hostMemory.cpu(backend);
  const own = scratchOn(heap);
  return {
    ...own,
    input(tensor) {
      const numbers = tensors.view(tensor);
      const address = own.scratch(numbers.length);
      new Float32Array(heap.memory.buffer, address, numbers.length).set(numbers);
      return address;
    },
    output(shape) {
      const tensor = tensors.allocate(shape);
      const numbers = tensors.view(tensor);
      const address = own.scratch(numbers.length);
      return {
        address,
        toTensor: () => {
          numbers.set(new Float32Array(heap.memory.buffer, address, numbers.length));
          return tensor;
        },
      };
    },
  };
}

function scratchOn(heap: Heap): Pick<Frame, 'heap' | 'kernels' | 'scratch' | 'end'> {
  const scratch: number[] = [];
  return {
    heap,
    kernels: heap.kernels,
    scratch(floats) {
      const address = heap.allocate(4 * floats);
      scratch.push(address);
      return address;
    },
    end: () => scratch.forEach(heap.release),
  };
}

interface Index {
  readonly heap: Heap;
  readonly addresses: readonly number[];
}

/**
 * Addresses of index arrays of a topology on a heap, made at first use and kept as long as the topology.
 *
 * @param key  tells the arrays of a topology apart
 */
export function indexOn(
  heap: Heap,
  topology: Topology,
  key: string,
  make: () => readonly Int32Array[],
): readonly number[] {
  const create = () => {
    const arrays = make();
    return {heap, addresses: allOrNothing(heap, (within) => arrays.map((array) => copyToHeap(within, array)))};
  };
  return topologyResource(topology, `heap${heap.id}/${key}`, create, releaseIndex).addresses;
}

function releaseIndex({heap, addresses}: Index): void {
  addresses.forEach(heap.release);
}

/** Rows of a topology and the columns of their slots: `[rowPtr, colIdx]`. */
export function rowIndex({heap}: {readonly heap: Heap}, topology: Topology): readonly number[] {
  return indexOn(heap, topology, 'rows', () => [topology.rowPtr, topology.colIdx]);
}

/** The transposed index of a topology: `[colPtr, rowIdx, slots]`. */
export function columnIndex({heap}: {readonly heap: Heap}, topology: Topology): readonly number[] {
  return indexOn(heap, topology, 'columns', () => {
    const {colPtr, rowIdx, slots} = topology.transposed();
    return [colPtr, rowIdx, slots];
  });
}
