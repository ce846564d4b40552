import {topologyResource} from '../../ops/topologyResources.ts';
import type {Topology} from '../../topology/topology.ts';
import {hostMemory, type WasmBackend} from '../hostMemory.ts';
import {type Frame, type IndexAddresses, type IndexName, indexArrays} from './frame.ts';
import {instantiateKernels, type WasmKernels} from './kernelModule.ts';

const kernelsOf = new WeakMap<WasmBackend, WasmKernels>();

/** A frame on the heap of tfjs's own wasm backend: operands and results are where they are, nothing is copied. */
export function openHeapFrame(backend: unknown): Frame {
  const wasmBackend = backend as WasmBackend;
  const {wasm, dataIdMap} = wasmBackend;
  const scratch: number[] = [];
  const addressOf = (tensor: {dataId: object}) => dataIdMap.get(tensor.dataId).memoryOffset;
  return {
    kernels: kernelsOn(wasmBackend),
    input: addressOf,
    output(shape) {
      const tensor = hostMemory.wasm(backend).allocate(shape);
      return {address: addressOf(tensor), toTensor: () => tensor};
    },
    scratch(floats) {
      const address = wasm._malloc(4 * floats) >>> 0;
      scratch.push(address);
      return address;
    },
    index: (topology, names) =>
      Object.fromEntries(names.map((name) => [name, indexOnHeap(wasmBackend, topology, name)])) as IndexAddresses,
    end: () => {
      for (const address of scratch) wasm._free(address);
    },
  };
}

function kernelsOn(backend: WasmBackend): WasmKernels {
  const kernels = kernelsOf.get(backend) ?? instantiateKernels(memoryOf(backend));
  kernelsOf.set(backend, kernels);
  return kernels;
}

/** Index arrays stay on the heap until their topology is released. */
function indexOnHeap(backend: WasmBackend, topology: Topology, name: IndexName): number {
  return topologyResource(topology, `wasm/${name}`, () => {
    const {wasm} = backend;
    const array = indexArrays[name](topology);
    const address = wasm._malloc(array.byteLength) >>> 0;
    new Int32Array(memoryOf(backend).buffer, address, array.length).set(array);
    return {value: address, release: () => wasm._free(address)};
  });
}

function memoryOf({wasm}: WasmBackend): WebAssembly.Memory {
  return wasm.wasmMemory ?? wasm.asm!.memory;
}
