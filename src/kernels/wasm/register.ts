import * as tf from '@tensorflow/tfjs';
import {prefersDense} from '../../ops/breakEven.ts';
import {compositeKernels} from '../../ops/composite.ts';
import type {TopologyAttrs} from '../../ops/kernelNames.ts';
import {openFrame} from './frame.ts';
import {conv2dGradientRows, matMulGradientRows} from './gradientRows.ts';
import {supportsWasmKernels} from './kernelModule.ts';
import {outputGradient} from './outputGradient.ts';
import * as conv2d from './sparseConv2d.ts';
import * as matMul from './sparseMatMul.ts';
import type {Operands, WasmKernel} from './wasmKernel.ts';

/** Registers the WebAssembly kernels for the backends that keep their tensors on the host, if the engine has SIMD. */
export function registerWasmKernels(): void {
  if (!supportsWasmKernels()) return;
  for (const backendName of ['cpu', 'wasm'] as const) {
    for (const kernel of Object.values(matMul)) register(backendName, kernel);
    for (const kernel of Object.values(conv2d)) register(backendName, kernel);
    register(backendName, matMulGradientRows);
    register(backendName, conv2dGradientRows);
    register(backendName, outputGradient);
  }
}

function register<Attrs>(backendName: 'cpu' | 'wasm', {kernelName, run}: WasmKernel<Attrs>): void {
  if (tf.getKernel(kernelName, backendName) != null) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: (call) => {
      const {topology} = call.attrs as Partial<TopologyAttrs>;
      if (topology && prefersDense(backendName, kernelName, topology)) return compositeKernels[kernelName](call);
      const frame = openFrame[backendName](call.backend);
      try {
        return run(frame, call.inputs as Operands, call.attrs as Attrs);
      } finally {
        frame.end();
      }
    },
  });
}
