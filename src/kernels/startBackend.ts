import * as tf from '@tensorflow/tfjs';
import {checkKind} from '../topology/checkKind.ts';

/** What to do where a backend is registered and does not start. */
const ADVICE: Readonly<Record<string, string>> = {
  wasm:
    'In a page call setWasmPaths of @tensorflow/tfjs-backend-wasm first, with the folder of its .wasm files or, in a bundle, ' +
    "with their three addresses, and allow 'wasm-unsafe-eval' in its Content-Security-Policy, if it has one.",
  webgpu: 'It needs a browser and a GPU with WebGPU: take wasm where there is none.',
  webgl: 'It needs a browser with WebGL 2: take wasm where there is none.',
};

/** What to do where nothing has registered a backend. */
const MISSING: Readonly<Record<string, string>> = {
  wasm: "Install @tensorflow/tfjs-backend-wasm and write import '@tensorflow/tfjs-backend-wasm'.",
  webgpu: "Write import '@tensorflow/tfjs-backend-webgpu', or in Node await registerWebGPUInNode() of itop/node.",
  webgl: 'It is there in browsers only: in Node take wasm, or webgpu where there is a GPU.',
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
  if (await withoutListeners(() => tf.setBackend(name))) return;
  if (before) await tf.setBackend(before);
  const advice = ADVICE[name] ?? 'Take another one.';
  throw new Error(`startBackend: a backend must start on this machine, received "${name}", which did not. ${advice}`);
}

/** Events of the process in Node to which the wasm module of tfjs adds a listener. */
const FAULTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs something and removes the listeners for errors of the process that it adds. Those of the wasm module do nothing but throw each
 * error again, and Node then prints the module's minified source above the message.
 */
async function withoutListeners<Result>(run: () => Promise<Result>): Promise<Result> {
  if (typeof process !== 'object' || typeof process.listeners !== 'function') return run();
  const before = FAULTS.map((fault) => new Set(process.listeners(fault as 'exit')));
  try {
    return await run();
  } finally {
    for (const [i, fault] of FAULTS.entries()) {
      for (const listener of process.listeners(fault as 'exit')) {
        if (!before[i].has(listener)) process.removeListener(fault, listener);
      }
    }
  }
}
