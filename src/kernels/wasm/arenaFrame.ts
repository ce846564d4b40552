import {topologyResource} from '../../ops/topologyResources.ts';
import {hostMemory} from '../hostMemory.ts';
import type {Frame} from './frame.ts';
import {instantiateKernels, type WasmKernels} from './kernelModule.ts';

const PAGE_BYTES = 65536;

/** A memory of our own that every frame fills from the start again; it grows to what the largest frame needs. */
class Arena {
  private readonly memory = new WebAssembly.Memory({initial: 16});
  readonly kernels: WasmKernels = instantiateKernels(this.memory);
  private used = 0;

  /** Address of room for so many bytes, aligned for SIMD. */
  allocate(bytes: number): number {
    const address = this.used;
    this.used += Math.ceil(bytes / 16) * 16;
    const missing = this.used - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  copyIn(numbers: Float32Array | Int32Array): number {
    const address = this.allocate(numbers.byteLength);
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    new Uint8Array(this.memory.buffer, address).set(bytes);
    return address;
  }

  copyOut(address: number, target: Float32Array): void {
    target.set(new Float32Array(this.memory.buffer, address, target.length));
  }

  reset(): void {
    this.used = 0;
  }
}

let arena: Arena | undefined;

/** A frame for the cpu backend, whose tensors are JavaScript arrays: operands are copied in, the result is copied out. */
export function openArenaFrame(backend: unknown): Frame {
  arena ??= new Arena();
  const room = arena;
  const tensors = hostMemory.cpu(backend);
  return {
    kernels: room.kernels,
    input: (tensor) => room.copyIn(tensors.view(tensor)),
    output(shape) {
      const tensor = tensors.allocate(shape);
      const numbers = tensors.view(tensor);
      const address = room.allocate(numbers.byteLength);
      return {
        address,
        toTensor: () => {
          room.copyOut(address, numbers);
          return tensor;
        },
      };
    },
    scratch: (floats) => room.allocate(4 * floats),
    index: (topology, key, make) =>
      room.copyIn(topologyResource(topology, `arena/${key}`, () => ({value: make(), release: () => {}}))),
    end: () => room.reset(),
  };
}
