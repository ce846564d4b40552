import type {GpuBackend} from './gpu.ts';

/** What a device has told by itself. */
interface DeviceState {
  /** Why it was lost, if it was. */
  lost?: string;
  /** The first error that nobody has heard of yet. */
  error?: string;
}

const states = new WeakMap<GpuBackend, DeviceState>();

/**
 * Refuses to go on with a device that was lost, or has refused a call: WebGPU itself goes on then, and results are whatever lies
 * in their buffers. An error is told once.
 *
 * A device tells of a call that it refused when it comes to it: in Node at once, in a page some milliseconds later. So there what
 * throws may be the step after the one that went wrong. Listening costs nothing while there is no error.
 *
 * @throws Error if the device was lost, or has refused a call since it was checked last
 */
export function checkDevice(backend: GpuBackend): void {
  const state = states.get(backend) ?? watch(backend);
  const {lost, error} = state;
  if (lost !== undefined) {
    throw new Error(
      `sparse op: the GPU device must be there, received one that was lost${lost && ` (${lost})`}. ` +
        "Save what you need from the host, then start again: tf.removeBackend('webgpu'), and register the backend anew or reload the page.",
    );
  }
  if (error !== undefined) {
    state.error = undefined;
    throw new Error(
      `sparse op: the GPU device must accept every call, received an error from it (${error}). ` +
        'Numbers since the step before are arbitrary: go back to weights that you saved, and take smaller batches if memory ran out.',
    );
  }
}

function watch(backend: GpuBackend): DeviceState {
  const state: DeviceState = {};
  states.set(backend, state);
  const {device} = backend;
  device.addEventListener('uncapturederror', ({error}) => {
    state.error ??= error.message.trim().replaceAll(/\s+/g, ' ');
  });
  device.lost.then(({message}) => {
    state.lost = message;
  });
  return state;
}
