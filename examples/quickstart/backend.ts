import * as tf from '@tensorflow/tfjs';

/**
 * Loads a backend and makes it the current one.
 *
 * @throws Error if it does not start here
 */
export async function useBackend(name: 'wasm' | 'cpu' | 'webgpu'): Promise<void> {
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (name === 'webgpu') await startWebGPU();
  if (!(await tf.setBackend(name))) {
    throw new Error(
      `quickstart: the backend must start on this machine, received ${name}, which did not. Try --backend wasm.`,
    );
  }
}

/** Puts the npm package `webgpu` where a browser has its own, then loads the backend. */
async function startWebGPU(): Promise<void> {
  const {create, globals} = await import('webgpu');
  Object.assign(globalThis, globals);
  const navigator = {gpu: create([]), userAgent: 'node'};
  Object.defineProperty(globalThis, 'navigator', {value: navigator, configurable: true});
  await import('@tensorflow/tfjs-backend-webgpu');
  await import('itop/webgpu');
}
