import * as tf from '@tensorflow/tfjs';
import {kernelNames, type TopologyAttrs} from '../ops/kernelNames.ts';
import type {Topology} from '../topology/topology.ts';
import {hostMemory} from './hostMemory.ts';

/** Fills an output from an input, both as numbers in memory. */
type Loop = (input: Float32Array, topology: Topology, output: Float32Array) => void;

/** Registers how backends with their tensors on the host make a dense kernel of values and back, where nothing is registered yet. */
export function registerDenseForm(): void {
  for (const backendName of ['cpu', 'wasm'] as const) {
    register(backendName, kernelNames.sparseToDense, ({shape}) => shape, sparseToDense);
    register(backendName, kernelNames.denseToSparse, ({nnz}) => [nnz], denseToSparse);
  }
}

function register(
  backendName: 'cpu' | 'wasm',
  kernelName: string,
  outputShape: (topology: Topology) => readonly number[],
  loop: Loop,
): void {
  if (tf.getKernel(kernelName, backendName) != null) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({inputs, backend, attrs}) => {
      const {topology} = attrs as unknown as TopologyAttrs;
      const memory = hostMemory[backendName](backend);
      const [input] = Object.values(inputs) as tf.TensorInfo[];
      const output = memory.allocate(outputShape(topology));
      loop(memory.view(input), topology, memory.view(output));
      return output;
    },
  });
}

/**
 * Values into a dense kernel.
 *
 * @param dense  `[rows, cols]`, written
 */
function sparseToDense(values: Float32Array, topology: Topology, dense: Float32Array): void {
  dense.fill(0);
  forEachSlot(topology, (slot, position) => {
    dense[position] = values[slot];
  });
}

/**
 * The active values of a dense kernel.
 *
 * @param values  `[nnz]`, written
 */
function denseToSparse(dense: Float32Array, topology: Topology, values: Float32Array): void {
  forEachSlot(topology, (slot, position) => {
    values[slot] = dense[position];
  });
}

function forEachSlot({rows, cols, rowPtr, colIdx}: Topology, visit: (slot: number, position: number) => void): void {
  for (let row = 0; row < rows; row++) {
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) visit(slot, row * cols + colIdx[slot]);
  }
}
