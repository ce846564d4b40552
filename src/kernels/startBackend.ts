import * as tf from '@tensorflow/tfjs';
import {checkKind} from '../topology/checkKind.ts';

/** What to do where a backend is registered and does not start. */
const ADVICE: Readonly<Record<string, string>> = {
  wasm:
    'In a page call setWasmPaths of @tensorflow/tfjs-backend-wasm first, with the folder of its .wasm files or, in a bundle, ' +
    'with their three addresses.',
  webgpu: 'It needs a browser and a GPU with WebGPU: take wasm where there is none.',
  webgl: 'It needs a browser with WebGL 2: take wasm where there is none.',
};

/** What to do where nothing has registered a backend. */
const MISSING: Readonly<Record<string, string>> = {
  wasm: "Install @tensorflow/tfjs-backend-wasm and write import '@tensorflow/tfjs-backend-wasm'.",
  webgpu: "Write import '@tensorflow/tfjs-backend-webgpu', or in Node await registerWebGPUInNode() of itop/node.",
  tensorflow: "Install @tensorflow/tfjs-node and write import '@tensorflow/tfjs-node'.",
};

/**
 * Makes a backend of tfjs the current one, or says what is missing and leaves the current one. `tf.setBackend` itself gives `false`
 * where a backend does not start, and tfjs chooses another one at the next op.
 *
 * @throws Error if the backend is not registered, or does not start here
 *
 * @example
 * await startBackend('wasm');
 */
export async function startBackend(name: string): Promise<void> {
  checkKind('startBackend', 'name', 'a string', name, "Write startBackend('wasm').");
  if (!tf.findBackendFactory(name)) {
    const advice = MISSING[name] ?? 'Import the package that registers it.';
    throw new Error(
      `startBackend: a backend must be registered before it starts, received "${name}", which is not. ${advice}`,
    );
  }
  const before = tf.getBackend();
  if (await tf.setBackend(name)) return;
  if (before) await tf.setBackend(before);
  const advice = ADVICE[name] ?? 'Take another one.';
  throw new Error(`startBackend: a backend must start on this machine, received "${name}", which did not. ${advice}`);
}
