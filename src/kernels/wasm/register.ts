import * as tf from '@tensorflow/tfjs';
import {openArenaFrame} from './arenaFrame.ts';
import type {Frame, WasmKernel} from './frame.ts';
import {openHeapFrame} from './heapFrame.ts';
import {supportsWasmKernels} from './kernelModule.ts';
import * as conv2d from './sparseConv2d.ts';
import * as matMul from './sparseMatMul.ts';

/** How a call on each backend gets at its operands. */
const openFrame: Readonly<Record<'cpu' | 'wasm', (backend: unknown) => Frame>> = {
  cpu: openArenaFrame,
  wasm: openHeapFrame,
};

/** Registers the WebAssembly kernels for the backends that keep their tensors on the host, if the engine has SIMD. */
export function registerWasmKernels(): void {
  if (!supportsWasmKernels()) return;
  for (const backendName of ['cpu', 'wasm'] as const) {
    for (const kernel of Object.values(matMul)) register(backendName, kernel);
    for (const kernel of Object.values(conv2d)) register(backendName, kernel);
  }
}

function register<Attrs>(backendName: 'cpu' | 'wasm', {kernelName, inputs: names, run}: WasmKernel<Attrs>): void {
  if (tf.getKernel(kernelName, backendName) != null) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({inputs, backend, attrs}) => {
      const frame = openFrame[backendName](backend);
      const [first, second] = names.map((name) => inputs[name]!);
      try {
        return run(frame, first, second, attrs as Attrs);
      } finally {
        frame.end();
      }
    },
  });
}
