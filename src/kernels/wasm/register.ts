import * as tf from '@tensorflow/tfjs';
import type {SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import {openArenaFrame} from './arenaFrame.ts';
import type {Frame} from './frame.ts';
import {openHeapFrame} from './heapFrame.ts';
import {supportsWasmKernels} from './kernelModule.ts';
import {backpropInput, backpropValues, forward, type WasmMatMul} from './sparseMatMul.ts';

/** How a call on each backend gets at its operands. */
const openFrame: Readonly<Record<'cpu' | 'wasm', (backend: unknown) => Frame>> = {
  cpu: openArenaFrame,
  wasm: openHeapFrame,
};

/** Registers the WebAssembly kernels for the backends that keep their tensors on the host, if the engine has SIMD. */
export function registerWasmKernels(): void {
  if (!supportsWasmKernels()) return;
  for (const backendName of ['cpu', 'wasm'] as const) {
    for (const kernel of [forward, backpropInput, backpropValues]) register(backendName, kernel);
  }
}

function register(backendName: 'cpu' | 'wasm', {kernelName, inputs: names, run}: WasmMatMul): void {
  if (tf.getKernel(kernelName, backendName) != null) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({inputs, backend, attrs}) => {
      const frame = openFrame[backendName](backend);
      const [first, second] = names.map((name) => inputs[name]!);
      try {
        return run(frame, first, second, attrs as unknown as SparseMatMulAttrs);
      } finally {
        frame.end();
      }
    },
  });
}
