import * as tf from '@tensorflow/tfjs';
import {afterEach, expect, test, vi} from 'vitest';
import type {WasmBackend} from '../../src/kernels/hostMemory.ts';
import {ownHeap, tfjsHeap} from '../../src/kernels/wasm/heap.ts';
import {sparseConv2d} from '../../src/ops/sparseConv2d.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {type BackendName, describeKernels} from '../support/backends.ts';
import {collectGarbage} from '../support/garbage.ts';

/** What the indices of topologies take on a backend, counted from a call on. */
function countMemory(backendName: BackendName): () => number {
  if (backendName === 'cpu') return () => tf.memory().numTensors + ownHeap().bytesInUse;
  if (backendName === 'webgpu') return () => tf.memory().numTensors;
  const heap = tfjsHeap(tf.backend() as unknown as WasmBackend);
  const [allocate, release] = [vi.spyOn(heap, 'allocate'), vi.spyOn(heap, 'release')];
  return () => tf.memory().numTensors + allocate.mock.calls.length - release.mock.calls.length;
}

afterEach(() => void vi.restoreAllMocks());

describeKernels('forgotten topologies', (backendName) => {
  const products = {
    'a dense layer': (topology: Topology) => {
      const gradient = tf.grads((x, values) =>
        sparseMatMul(x as tf.Tensor2D, values as tf.Tensor1D, topology, {activation: 'relu'}),
      );
      gradient([tf.ones([2, topology.rows]), tf.ones([topology.nnz])]);
    },
    'a convolution': (topology: Topology) => {
      const gradient = tf.grads((x, values) =>
        sparseConv2d(x as tf.Tensor4D, values as tf.Tensor1D, topology, {pad: 'same'}),
      );
      gradient([tf.ones([1, 4, 4, topology.shape[2]]), tf.ones([topology.nnz])]);
    },
  };

  test.each([
    ['a dense layer', [12, 8]],
    ['a convolution', [3, 3, 2, 4]],
  ] as const)('of %s give their memory back, all 40 of them', async (product, shape) => {
    const memory = countMemory(backendName);
    const use = (seed: number) => {
      const topology = Topology.random(shape, 20, seededRandom(seed));
      tf.tidy(() => products[product](topology));
      return new WeakRef(topology);
    };
    const before = memory();
    const topologies = Array.from({length: 40}, (_, seed) => use(seed));
    expect(memory()).toBeGreaterThan(before);
    await collectGarbage(() => memory() === before);
    expect(topologies.filter((topology) => topology.deref() !== undefined).length).toBe(0);
    expect(memory()).toBe(before);
  });
});
