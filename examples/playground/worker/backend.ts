import '@tensorflow/tfjs-backend-webgpu';
import 'itop/webgpu';
import * as tf from '@tensorflow/tfjs';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import {startBackend, threads} from 'itop';
import type {BackendName} from '../protocol.ts';

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
});
// TensorFlow.js's own threads hang in bundles on isolated pages. Those of itop work.
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);

/**
 * Makes a backend the current one.
 *
 * @returns what trains: its name, and its threads
 * @throws Error if it does not start in this browser
 */
export async function useBackend(name: BackendName): Promise<string> {
  await startBackend(name);
  if (name === 'webgpu') return name;
  const count = threads();
  return `${name}, ${count} ${count === 1 ? 'thread' : 'threads'}`;
}
