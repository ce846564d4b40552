import * as tf from '@tensorflow/tfjs';
import {afterEach, describe, expect, test} from 'vitest';
import {compositeKernels} from '../../src/ops/composite.ts';
import {kernelNames} from '../../src/ops/kernelNames.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {Topology} from '../../src/topology/topology.ts';

// This process has no kernels for cpu: those are registered by the library's index.
await tf.setBackend('cpu');
const topology = Topology.fromPositions([2, 2], [0, 3]);

function product(): number[] {
  return tf.tidy(() => [...sparseMatMul(tf.tensor2d([[3, 4]]), tf.tensor1d([10, 100]), topology).dataSync()]);
}

describe('runSparseKernel', () => {
  afterEach(() => {
    if (tf.getKernel(kernelNames.sparseMatMul, 'cpu')) tf.unregisterKernel(kernelNames.sparseMatMul, 'cpu');
    releaseTopology(topology);
  });

  test('registers the composite of stock ops where the backend has no kernel', () => {
    expect(tf.getKernel(kernelNames.sparseMatMul, 'cpu')).toBeUndefined();
    expect(product()).toEqual([30, 400]);
    expect(tf.getKernel(kernelNames.sparseMatMul, 'cpu').kernelFunc).toBe(compositeKernels[kernelNames.sparseMatMul]);
    expect(product()).toEqual([30, 400]);
  });

  test('runs the kernel of the backend where there is one', () => {
    tf.registerKernel({
      kernelName: kernelNames.sparseMatMul,
      backendName: 'cpu',
      kernelFunc: () => tf.tensor2d([[1, 2]]),
    });
    expect(product()).toEqual([1, 2]);
  });

  test('makes no dense index for a kernel of the backend', () => {
    const before = tf.memory().numTensors;
    tf.registerKernel({
      kernelName: kernelNames.sparseMatMul,
      backendName: 'cpu',
      kernelFunc: () => tf.tensor2d([[1, 2]]),
    });
    product();
    expect(tf.memory().numTensors).toBe(before);
  });
});
