import {startBackend} from 'itop';
import {registerWebGPUInNode} from 'itop/node';

/**
 * Loads a backend and makes it the current one.
 *
 * @throws Error if it does not start here
 */
export async function useBackend(name: 'wasm' | 'cpu' | 'webgpu'): Promise<void> {
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (name === 'webgpu') await registerWebGPUInNode();
  await startBackend(name);
}
