import type {WasmBackend} from '../hostMemory.ts';
import {instantiateKernels} from './kernelModule.ts';
import {MemoryPool, OutOfMemory} from './memoryPool.ts';
import type {WasmKernels} from './wasmKernels.ts';

/** A memory with the kernels on it, in which memory can be allocated. */
export interface Heap {
  /** Tells apart what different heaps keep of one topology. */
  readonly id: number;
  readonly memory: WebAssembly.Memory;
  readonly kernels: WasmKernels;
  /** @returns address of so many bytes, with arbitrary contents */
  allocate(bytes: number): number;
  release(address: number): void;
}

/** Another backend under the same name has another heap. */
const tfjsHeaps = new WeakMap<WasmBackend, Heap>();
let own: OwnHeap | undefined;
let nextId = 0;

/** The heap of tfjs's wasm backend, where its tensors lie. */
export function tfjsHeap(backend: WasmBackend): Heap {
  const heap = tfjsHeaps.get(backend) ?? createTfjsHeap(backend);
  tfjsHeaps.set(backend, heap);
  return heap;
}

/** A heap of the kernels' own, for backends that keep their tensors elsewhere. */
export function ownHeap(): OwnHeap {
  own ??= createHeap();
  return own;
}

/** What is allocated in a heap for one purpose. */
export interface HeapPart extends Heap {
  /** Releases all that was allocated through this part, but for what has been released already. */
  releaseAll(): void;
}

/**
 * Makes something of several allocations. If one fails, the others are released.
 *
 * @param make  gets the part of the heap to allocate in
 * @throws whatever `make` throws
 */
export function allOrNothing<Result>(heap: Heap, make: (part: HeapPart) => Result): Result {
  const part = partOf(heap);
  try {
    return make(part);
  } catch (error) {
    part.releaseAll();
    throw error;
  }
}

function partOf(heap: Heap): HeapPart {
  const {id, memory, kernels} = heap;
  const addresses = new Set<number>();
  return {
    id,
    memory,
    kernels,
    allocate(bytes) {
      const address = heap.allocate(bytes);
      addresses.add(address);
      return address;
    },
    release(address) {
      addresses.delete(address);
      heap.release(address);
    },
    releaseAll() {
      for (const address of addresses) heap.release(address);
      addresses.clear();
    },
  };
}

/** Copies an index array into a heap. @returns its address */
export function copyToHeap(heap: Heap, array: Int32Array): number {
  const address = heap.allocate(array.byteLength);
  new Int32Array(heap.memory.buffer, address, array.length).set(array);
  return address;
}

function createTfjsHeap({wasm}: WasmBackend): Heap {
  // The threaded build has `wasmMemory`, the others `asm.memory`.
  const memory = wasm.wasmMemory ?? wasm.asm!.memory;
  return {
    id: nextId++,
    memory,
    kernels: instantiateKernels(memory),
    allocate(bytes) {
      const address = wasm._malloc(bytes) >>> 0;
      if (address === 0) {
        throw new Error(
          `sparse op: the heap of tfjs's wasm backend must have room for ${bytes} more bytes, received none. ` +
            'Use smaller batches, or dispose of tensors.',
        );
      }
      return address;
    },
    release: (address) => wasm._free(address),
  };
}

/** A {@link Heap} that nobody else allocates in. */
export interface OwnHeap extends Heap {
  /** Bytes in use. */
  readonly bytesInUse: number;
}

/** A heap of its own memory, which threads may share. */
export function createHeap(isShared = false): OwnHeap {
  const memory = createMemory(isShared);
  const pool = new MemoryPool(memory);
  return {
    id: nextId++,
    memory,
    kernels: instantiateKernels(memory),
    get bytesInUse() {
      return pool.bytesInUse;
    },
    allocate: (bytes) => pool.allocate(bytes),
    release: (address) => pool.release(address),
  };
}

/**
 * A memory that can grow as far as the engine allows: where address space is limited (`ulimit -v`), the 4 GiB that a memory may
 * have cannot be reserved.
 *
 * @throws OutOfMemory if not even 64 MiB can be
 */
function createMemory(isShared: boolean): WebAssembly.Memory {
  for (let maximum = 65536; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({initial: 16, maximum, shared: isShared});
    } catch (cause) {
      if (maximum <= 1024) {
        throw new OutOfMemory(
          'sparse op: a WebAssembly memory must have address space, received none. Raise the limit of the process.',
          {cause},
        );
      }
    }
  }
}
