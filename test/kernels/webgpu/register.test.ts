import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {type ReplayBackend, submitPending} from '../../../src/fused/replay/gpuInternals.ts';
import {checkDevice} from '../../../src/kernels/webgpu/checkDevice.ts';
import {fitsDevice, type GpuBackend, type GpuProgram, runProgram} from '../../../src/kernels/webgpu/gpu.ts';
import {registerGpuKernels} from '../../../src/kernels/webgpu/register.ts';
import {setBreakEven} from '../../../src/ops/breakEven.ts';
import {kernelNames} from '../../../src/ops/kernelNames.ts';
import {sparseMatMul} from '../../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import {describeBackends, onCpu, withoutErrorScope} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {gpuBackend, programsOf, withLimits} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';

const topology = Topology.random([90, 70], 500, seededRandom(1));

/** Output and gradients of one call. @returns the programs that ran */
async function expectProducts(): Promise<string[]> {
  const compute = () => {
    const layer = (x: tf.Tensor, v: tf.Tensor) =>
      sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology) as tf.Tensor;
    const inputs = [tf.tensor2d(someNumbers(9000, 1), [100, 90]), tf.tensor1d(someNumbers(500, 2))];
    const dy = tf.tensor2d(someNumbers(7000, 3), [100, 70]);
    return [layer(inputs[0], inputs[1]), ...tf.grads(layer)(inputs, dy)];
  };
  const expected = await onCpu(compute);
  let results: tf.Tensor[] = [];
  const programs = programsOf(() => {
    results = tf.tidy(compute);
  });
  for (const [i, result] of results.entries()) expectClose(await result.data(), expected[i]);
  tf.dispose(results);
  releaseTopology(topology);
  return programs;
}

describeBackends('sparse kernels of the webgpu backend', () => {
  test('run as programs', async () => {
    expect(await expectProducts()).toContain('addUp');
  });

  test('take integers that tfjs has cast to floats, which are integers on the device', async () => {
    const compute = () => {
      const cast = (length: number, shape: number[]) => {
        const integers = tf.tensor(
          Array.from({length}, (_, i) => (i % 7) - 3),
          shape,
          'int32',
        );
        if (tf.getBackend() === 'webgpu') (gpuBackend() as unknown as ReplayBackend).uploadToGPU(integers.dataId);
        return integers.toFloat();
      };
      const layer = (x: tf.Tensor, v: tf.Tensor, bias: tf.Tensor) =>
        sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology, {bias: bias as tf.Tensor1D});
      const inputs = [cast(9000, [100, 90]), cast(500, [500]), cast(70, [70])];
      return [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer)(inputs, cast(7000, [100, 70]))];
    };
    const expected = await onCpu(compute);
    const results = tf.tidy(compute);
    for (const [i, result] of results.entries()) expectClose(await result.data(), expected[i]);
    tf.dispose(results);
    releaseTopology(topology);
  });

  test('run as the composite where a buffer would be larger than the device allows', async () => {
    await withLimits({maxStorageBufferBindingSize: 4 * 90 * 70}, async () => {
      // The input is larger than that; the dense kernel is not.
      expect(await expectProducts()).not.toContain('addUp');
    });
  });

  test('refuse what neither programs nor the composite can take', async () => {
    await withLimits({maxStorageBufferBindingSize: 4 * 90 * 70 - 4}, async () => {
      const [x, values] = [tf.ones<tf.Rank.R2>([100, 90]), tf.ones<tf.Rank.R1>([500])];
      expect(() => sparseMatMul(x, values, topology)).toThrow(
        new RangeError(
          'sparse op: buffers must have at most 25196 bytes on this GPU device, received the shape [90,70] with 500 connections. ' +
            'Use smaller batches, or the backend wasm.',
        ),
      );
      tf.dispose([x, values]);
      releaseTopology(topology);
    });
  });

  test('fold dispatches that are longer than the device allows', async () => {
    await withLimits({maxComputeWorkgroupsPerDimension: 8}, async () => {
      expect(await expectProducts()).toContain('addUp');
    });
  });

  test('give way to the dense op above the density that is set', async () => {
    setBreakEven('webgpu', {[kernelNames.sparseMatMul]: 0.01});
    const programs = await expectProducts();
    setBreakEven('webgpu');
    expect(programs.filter((program) => program === 'addUp')).toHaveLength(1);
  });

  test('keep one index for each product until the topology is released', async () => {
    const before = tf.memory().numTensors;
    const [x, values] = [tf.ones<tf.Rank.R2>([100, 90]), tf.ones<tf.Rank.R1>([500])];
    for (let i = 0; i < 3; i++) sparseMatMul(x, values, topology).dispose();
    expect(tf.memory().numTensors).toBe(before + 3);
    releaseTopology(topology);
    tf.dispose([x, values]);
  });

  test('need no more memory for the next topology with as many connections', async () => {
    const [x, values] = [tf.ones<tf.Rank.R2>([5, 90]), tf.ones<tf.Rank.R1>([500])];
    const dy = tf.ones<tf.Rank.R2>([5, 70]);
    const step = async (seed: number) => {
      const topology = Topology.random([90, 70], 500, seededRandom(seed));
      const layer = (x: tf.Tensor, v: tf.Tensor) => sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology);
      const gradients = tf.grads(layer)([x, values], dy);
      await Promise.all(gradients.map((gradient) => gradient.data()));
      tf.dispose(gradients);
      releaseTopology(topology);
    };
    const allocated = () => (tf.memory() as unknown as {numBytesAllocatedInGPU: number}).numBytesAllocatedInGPU;
    for (let seed = 0; seed < 3; seed++) await step(seed);
    const before = allocated();
    for (let seed = 3; seed < 20; seed++) await step(seed);
    expect(allocated()).toBe(before);
    tf.dispose([x, values, dy]);
  });

  test('refuse to go on after a program that does not compile', async () => {
    const broken: GpuProgram = {
      name: 'broken',
      inputs: {x: 1},
      output: 1,
      uniforms: [],
      code: 'fn main() { result[0] = x; }',
    };
    await withoutErrorScope(() => {
      const [x, values] = [tf.ones<tf.Rank.R2>([4, 90]), tf.ones<tf.Rank.R1>([500])];
      const multiply = () => sparseMatMul(x, values, topology).dispose();
      multiply();
      const run = {workgroup: [1, 1] as const, groups: 1, inputs: {x: values}, uniforms: {}, length: 1};
      const {dataId} = runProgram(gpuBackend(), broken, run);
      gpuBackend().disposeData(dataId);
      expect(multiply).toThrow(
        /^sparse op: the GPU device must accept every call, received an error from it \(Error while parsing WGSL/,
      );
      submitPending(tf.backend() as unknown as ReplayBackend);
      // The commands that came with it were refused as well.
      expect(multiply).toThrow(/Invalid ComputePipeline/);
      expect(multiply).not.toThrow();
      tf.dispose([x, values]);
      releaseTopology(topology);
    });
  });

  test('refuse a device that was lost', async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter!.requestDevice();
    const backend = {device} as unknown as GpuBackend;
    expect(() => checkDevice(backend)).not.toThrow();
    device.destroy();
    await device.lost;
    expect(() => checkDevice(backend)).toThrow(/^sparse op: the GPU device must be there, received one that was lost/);
  });
}, ['webgpu']);

describe('registerGpuKernels', () => {
  test('leaves kernels alone that are registered already', () => {
    const before = tf.getKernel(kernelNames.sparseMatMul, 'webgpu');
    registerGpuKernels();
    expect(tf.getKernel(kernelNames.sparseMatMul, 'webgpu')).toBe(before);
  });
});

describe('fitsDevice', () => {
  const limits = {maxStorageBufferBindingSize: 400, maxComputeWorkgroupsPerDimension: 10};

  test('counts four bytes for a number', () => {
    expect(fitsDevice(limits, [100, 3], [1])).toBe(true);
    expect(fitsDevice(limits, [3, 101], [1])).toBe(false);
  });

  test('counts workgroups in two dimensions', () => {
    expect(fitsDevice(limits, [1], [100, 1])).toBe(true);
    expect(fitsDevice(limits, [1], [1, 101])).toBe(false);
  });
});
