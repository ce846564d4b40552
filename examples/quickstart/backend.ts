import * as tf from '@tensorflow/tfjs';
import {registerWebGPUInNode} from 'itop/node';

/**
 * Loads a backend and makes it the current one.
 *
 * @throws Error if it does not start here
 */
export async function useBackend(name: 'wasm' | 'cpu' | 'webgpu'): Promise<void> {
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (name === 'webgpu') await registerWebGPUInNode();
  if (!(await tf.setBackend(name))) {
    throw new Error(
      `quickstart: the backend must start on this machine, received ${name}, which did not. Try --backend wasm.`,
    );
  }
}
