import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import '../../src/kernels/register.ts';
import '../../src/webgpu.ts';
import {registerWebGPUInNode} from '../../src/kernels/webgpu/registerWebGPUInNode.ts';
import {setBreakEven} from '../../src/ops/breakEven.ts';
import {kernelNames} from '../../src/ops/kernelNames.ts';
import {expectNoLeaks} from './leaks.ts';

/** The backends of TensorFlow.js on which the library is tested. */
export const backendNames = ['cpu', 'wasm', 'webgpu'] as const;
export type BackendName = (typeof backendNames)[number];

await openWebGpu();

const available = new Set<BackendName>();
for (const name of [...backendNames].reverse()) {
  if (tf.findBackendFactory(name) && (await tf.setBackend(name))) available.add(name);
}

/**
 * One specification, run on every backend.
 *
 * Each test must leave as many tensors as it found, and no invalid WebGPU call. A backend that is missing is skipped aloud,
 * or fails if the environment variable ITOP_REQUIRE_BACKENDS (for instance `cpu,wasm,webgpu`) names it.
 *
 * @param names  the backends that the specification is about
 */
export function describeBackends(
  title: string,
  specification: (backendName: BackendName) => void,
  names: readonly BackendName[] = backendNames,
): void {
  for (const name of names) describeOn(name, `${title}, on ${name}`, () => specification(name));
}

/**
 * As {@link describeBackends}, for specifications of sparse ops: on the backends with kernels of their own they are run by
 * these and by the composite of stock ops, and after each kernel tfjs checks that it left nothing behind.
 */
export function describeKernels(title: string, specification: (backendName: BackendName) => void): void {
  for (const name of backendNames) {
    describeOn(name, `${title}, on ${name}`, () => {
      useLeakCheck();
      useSparseKernels(name);
      specification(name);
    });
  }
  for (const name of ['cpu', 'wasm'] as const) {
    describeOn(name, `${title}, by the composite on ${name}`, () => {
      useLeakCheck();
      useComposite(name);
      specification(name);
    });
  }
}

/** The cases that a backend is tested with: on webgpu the first few, since there every new shader takes its time. */
export function casesFor<Case>(backendName: BackendName, cases: readonly Case[], onWebGpu = 3): readonly Case[] {
  return backendName === 'webgpu' ? cases.slice(0, onWebGpu) : cases;
}

/** Computes on the cpu backend, whatever the current one is; the reference of all others. */
export async function onCpu(compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  const backendName = tf.getBackend();
  await tf.setBackend('cpu');
  try {
    return tf.tidy(() => compute().map((tensor) => tensor.dataSync<'float32'>().slice()));
  } finally {
    await tf.setBackend(backendName);
  }
}

/** The leak check of tfjs. Not for whole models: what stock ops save for their gradient looks like a leak on wasm. */
function useLeakCheck(): void {
  beforeAll(() => tf.env().set('IS_TEST', true));
  afterAll(() => tf.env().set('IS_TEST', false));
}

/** The kernels of the backend at every density, also where the dense op would be faster. */
function useSparseKernels(backendName: BackendName): void {
  beforeAll(() => setBreakEven(backendName, {}));
  afterAll(() => setBreakEven(backendName));
}

/** Tests with the stock ops in the place of the kernels that the library registers for a backend. */
function useComposite(backendName: BackendName): void {
  const names = Object.values(kernelNames);
  const kernels = names.map((kernelName) => tf.getKernel(kernelName, backendName));
  const unregisterAll = () => {
    for (const name of names) if (tf.getKernel(name, backendName)) tf.unregisterKernel(name, backendName);
  };
  beforeAll(unregisterAll);
  afterAll(() => {
    unregisterAll();
    for (const kernel of kernels) tf.registerKernel(kernel);
  });
}

function describeOn(name: BackendName, title: string, body: () => void): void {
  if (!available.has(name)) {
    describeMissing(name, title);
    return;
  }
  describe(title, () => {
    beforeAll(async () => {
      await tf.setBackend(name);
    });
    expectNoLeaks();
    if (name === 'webgpu') expectValidCalls();
    body();
  });
}

/** Has every test make valid calls of WebGPU only: an error in a shader throws nothing by itself. */
function expectValidCalls(): void {
  beforeEach(() => device().pushErrorScope('validation'));
  afterEach(async () => {
    expect((await device().popErrorScope())?.message).toBeUndefined();
  });
}

/** Lets errors of WebGPU go where they go in use, in a test that makes some. */
export async function withoutErrorScope(run: () => void | Promise<void>): Promise<void> {
  expect(await device().popErrorScope()).toBeNull();
  try {
    await run();
  } finally {
    device().pushErrorScope('validation');
  }
}

function describeMissing(name: BackendName, title: string): void {
  const isRequired = process.env.ITOP_REQUIRE_BACKENDS?.split(',').includes(name);
  if (!isRequired) console.warn(`SKIPPED: ${title} (this process has no ${name}; see ITOP_REQUIRE_BACKENDS)`);
  describe(title, () => {
    it.skipIf(!isRequired)(`needs the backend ${name}`, () => expect.fail(`${name} is required, but missing.`));
  });
}

function device(): GPUDevice {
  return (tf.backend() as unknown as {device: GPUDevice}).device;
}

/** Registers the webgpu backend if this machine has a device for it. */
async function openWebGpu(): Promise<void> {
  await registerWebGPUInNode().catch((error: Error) => console.warn(error.message));
}
