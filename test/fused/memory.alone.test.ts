import * as tf from '@tensorflow/tfjs';
import {maskedDense, setThreads, Topology} from 'itop';
import {sparseMatMul} from 'itop/core';
import {describe, expect, it, vi} from 'vitest';
import {arena} from '../../src/fused/arena.ts';
import {ownHeap} from '../../src/kernels/wasm/heap.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';

const [ROWS, COLS, NNZ] = [500, 400, 100_000];
/** Row pointers and column pointers, and what is rounded up. */
const POINTERS = 4 * (ROWS + COLS + 2) + 10 * 64;

describe('memory per connection between steps, on cpu', () => {
  it('by ops is three numbers of index on the heap, beside value, slot and the topology itself', async () => {
    await tf.setBackend('cpu');
    const before = ownHeap().bytesInUse;
    const topology = Topology.random([ROWS, COLS], NNZ, seededRandom(1));
    tf.tidy(() => {
      const x = tf.ones([8, ROWS]);
      tf.grads((x, v) => sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology))([x, tf.ones([NNZ])]);
    });
    const bytes = ownHeap().bytesInUse - before;
    expect(bytes).toBeGreaterThanOrEqual(12 * NNZ);
    expect(bytes).toBeLessThanOrEqual(12 * NNZ + POINTERS);
    releaseTopology(topology);
    expect(ownHeap().bytesInUse).toBe(before);
  });

  it.each([
    ['is three more: copies of value and momentum, and room for the gradient', NNZ, 24],
    ['is these three alone where all connections are there', ROWS * COLS, 12],
  ])('in the fused step %s', async (_, nnz, each) => {
    await tf.setBackend('cpu');
    const {heap} = arena();
    const before = heap.bytesInUse;
    const model = tf.sequential({
      layers: [maskedDense({units: COLS, nnz, useBias: false, inputShape: [ROWS], seed: 1})],
    });
    model.compile({optimizer: tf.train.momentum(0.01, 0.9), loss: 'meanSquaredError'});
    const [x, y] = [tf.ones([8, ROWS]), tf.ones([8, COLS])];
    for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
    const batch = 4 * (8 * (ROWS + 2 * COLS) + 8 * (ROWS + 2 * COLS));
    const bytes = heap.bytesInUse - before - batch;
    expect(bytes).toBeGreaterThanOrEqual(each * nnz);
    // The words and codes of threads are a few kilobytes.
    expect(bytes).toBeLessThanOrEqual(each * nnz + POINTERS + 10_000);
    tf.dispose([x, y]);
    model.dispose();
    expect(heap.bytesInUse - before).toBeLessThanOrEqual(64);
  });

  it('in the fused step does not grow with the number of batch sizes', async () => {
    await tf.setBackend('cpu');
    setThreads(2);
    const {heap} = arena();
    const before = heap.bytesInUse;
    const model = tf.sequential({layers: [maskedDense({units: COLS, nnz: NNZ, inputShape: [ROWS], seed: 1})]});
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    const bytesAfter = async (from: number, to: number) => {
      for (let batch = from; batch > to; batch--) {
        const [x, y] = [tf.ones([batch, ROWS]), tf.ones([batch, COLS])];
        await model.trainOnBatch(x, y);
        tf.dispose([x, y]);
      }
      return heap.bytesInUse;
    };
    await bytesAfter(90, 89);
    // Until the other thread has started, programs are of the caller alone, and lie in JavaScript.
    await vi.waitFor(() => expect(arena().available()).toBe(2));
    const bytes = await bytesAfter(90, 70);
    expect(await bytesAfter(70, 10)).toBeLessThanOrEqual(bytes);
    model.dispose();
    expect(heap.bytesInUse - before).toBeLessThanOrEqual(64);
    setThreads();
  });
});
