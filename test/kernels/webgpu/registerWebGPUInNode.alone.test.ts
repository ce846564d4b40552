import {describe, expect, it} from 'vitest';
import {registerWebGPUInNode} from '../../../src/kernels/webgpu/registerWebGPUInNode.ts';

const hasGpu = (await import('webgpu').then(({create}) => create([]).requestAdapter()).catch(() => null)) !== null;
if (!hasGpu) console.warn('SKIPPED: registerWebGPUInNode with a device (this process finds none)');

describe('registerWebGPUInNode', () => {
  it('says that there is no such adapter, and registers nothing', async () => {
    await expect(registerWebGPUInNode({adapter: 'no such GPU'})).rejects.toThrow(
      /^registerWebGPUInNode: there must be a GPU with a driver, received none for adapter=no such GPU.* Install a driver/,
    );
    expect((globalThis as {navigator?: {gpu?: unknown}}).navigator?.gpu).toBeUndefined();
  });

  it('says that there is no such driver', async () => {
    await expect(registerWebGPUInNode({driver: 'no such driver'})).rejects.toThrow(
      /^registerWebGPUInNode: there must be a GPU with a driver, received none for backend=no such driver/,
    );
  });

  it.skipIf(!hasGpu)(
    'registers the backend, tells which GPU it has, and takes a second call without options',
    async () => {
      const first = await registerWebGPUInNode();
      expect(first).toEqual({
        vendor: expect.any(String),
        architecture: expect.any(String),
        description: expect.any(String),
        isSoftware: expect.any(Boolean),
      });
      const tf = await import('@tensorflow/tfjs');
      expect(await tf.setBackend('webgpu')).toBe(true);
      expect(await registerWebGPUInNode()).toEqual(first);
      await expect(registerWebGPUInNode({adapter: 'another'})).rejects.toThrow(
        'registerWebGPUInNode: options must come with the first call',
      );
    },
  );
});
