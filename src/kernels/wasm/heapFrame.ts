import {topologyResource} from '../../ops/topologyResources.ts';
import {hostMemory, type WasmBackend} from '../hostMemory.ts';
import type {Frame} from './frame.ts';
import {instantiateKernels, type WasmKernels} from './kernelModule.ts';

/** What is kept for a backend; another one under the same name has another heap. */
interface Heap {
  readonly id: number;
  readonly kernels: WasmKernels;
}

const heaps = new WeakMap<WasmBackend, Heap>();
let nextId = 0;

/** A frame on the heap of tfjs's own wasm backend: operands and results are where they are, nothing is copied. */
export function openHeapFrame(backend: unknown): Frame {
  const wasmBackend = backend as WasmBackend;
  const {wasm, dataIdMap} = wasmBackend;
  const scratch: number[] = [];
  const addressOf = (tensor: {dataId: object}) => dataIdMap.get(tensor.dataId).memoryOffset;
  return {
    kernels: heapOf(wasmBackend).kernels,
    input: addressOf,
    output(shape) {
      const tensor = hostMemory.wasm(backend).allocate(shape);
      return {address: addressOf(tensor), toTensor: () => tensor};
    },
    scratch(floats) {
      const address = allocate(wasmBackend, 4 * floats);
      scratch.push(address);
      return address;
    },
    index: (topology, key, make) =>
      topologyResource(topology, `heap${heapOf(wasmBackend).id}/${key}`, () => {
        const address = copyToHeap(wasmBackend, make());
        return {value: address, release: () => wasm._free(address)};
      }),
    end: () => {
      for (const address of scratch) wasm._free(address);
    },
  };
}

function heapOf(backend: WasmBackend): Heap {
  const heap = heaps.get(backend) ?? {id: nextId++, kernels: instantiateKernels(memoryOf(backend))};
  heaps.set(backend, heap);
  return heap;
}

function allocate({wasm}: WasmBackend, bytes: number): number {
  const address = wasm._malloc(bytes) >>> 0;
  if (address === 0) {
    throw new Error(
      `sparse op: the heap of tfjs's wasm backend must have room for ${bytes} more bytes, received none. ` +
        'Use smaller batches, or dispose of tensors.',
    );
  }
  return address;
}

function copyToHeap(backend: WasmBackend, array: Int32Array): number {
  const address = allocate(backend, array.byteLength);
  new Int32Array(memoryOf(backend).buffer, address, array.length).set(array);
  return address;
}

function memoryOf({wasm}: WasmBackend): WebAssembly.Memory {
  return wasm.wasmMemory ?? wasm.asm!.memory;
}
