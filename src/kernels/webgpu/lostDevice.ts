import type {GpuBackend} from './gpu.ts';

/** For each backend that was seen, why its device was lost, if it was. */
const losses = new WeakMap<GpuBackend, {reason?: string}>();

/**
 * Refuses to compute on a device that was lost: WebGPU itself ignores what it is told then, and results would be whatever lies in
 * their buffers.
 *
 * @throws Error if the device was lost
 */
export function checkDevice(backend: GpuBackend): void {
  const loss = losses.get(backend) ?? watch(backend);
  if (loss.reason !== undefined) {
    throw new Error(
      `sparse op: the GPU device must be there, received one that was lost${loss.reason && ` (${loss.reason})`}. ` +
        "Save what you need from the host, then start again: tf.removeBackend('webgpu'), and register the backend anew or reload the page.",
    );
  }
}

function watch(backend: GpuBackend): {reason?: string} {
  const loss: {reason?: string} = {};
  losses.set(backend, loss);
  backend.device.lost.then(({message}) => {
    loss.reason = message;
  });
  return loss;
}
