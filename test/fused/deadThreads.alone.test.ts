import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {maskedDense, setThreads} from 'itop';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {type Arena, arena} from '../../src/fused/arena.ts';
import {control} from '../../src/fused/control.ts';
import {ThreadFailure, ThreadPool} from '../../src/fused/threadPool.ts';
import {createHeap} from '../../src/kernels/wasm/heap.ts';
import type {WasmKernels} from '../../src/kernels/wasm/wasmKernels.ts';
import {snapshot} from '../support/training.ts';

/** Milliseconds that are waited for a part of a dead thread here; two minutes elsewhere. */
const PATIENCE = 1000;

type Heap = Arena['heap'];

interface Inside {
  readonly words: Int32Array;
  readonly others: {end(): Promise<unknown>}[];
}

const inside = (pool: ThreadPool) => pool as unknown as Inside;

/** Parts that are claimed and not finished. */
function underWay({words}: Inside): number {
  return (Atomics.load(words, control.claimed) & 0xffff) - Atomics.load(words, control.finished);
}

/** Has the caller of a pool do something at its next call of a kernel, in the middle of its part. */
function atNextCall(heap: Heap, act: () => void): void {
  const {kernels} = heap;
  const put = (next: WasmKernels) => Object.assign(heap, {kernels: next});
  let isFirst = true;
  const wrapped = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (...args: unknown[]) => {
      put(kernels);
      if (isFirst) act();
      isFirst = false;
      return (kernel as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  put(Object.fromEntries(wrapped) as WasmKernels);
}

/** Kills the other thread as soon as it is in the middle of a part, too. */
function killAtWork(pool: Inside): void {
  while (underWay(pool) < 2);
  // Node asks the thread at once; that it is gone is told later.
  void pool.others[0].end();
}

async function startPool(size: number, patience?: number) {
  const heap = createHeap(true);
  const pool = new ThreadPool(heap, size, patience);
  while (pool.available < size) await new Promise((resolve) => setTimeout(resolve, 5));
  return {pool, heap};
}

describe('a pool of which a thread dies', () => {
  // 16 MiB that are cleared over and over: some seconds.
  const long = (room: number) => Array.from({length: 2000}, () => ({kernel: 'clear' as const, args: [room, 2 ** 22]}));

  it('in the middle of its part waits once, and then fails', async () => {
    const {pool, heap} = await startPool(2, PATIENCE);
    const work = long(heap.allocate(2 ** 24));
    const prepared = pool.prepare([[work, work], [[], []], [[]]], 2);
    // The caller does nothing in its own part but to wait for its moment.
    let isKilled = false;
    const clear = () => {
      if (!isKilled) killAtWork(inside(pool));
      isKilled = true;
    };
    Object.assign(heap, {kernels: {clear}});
    const begin = performance.now();
    expect(() => pool.run(prepared)).toThrow(ThreadFailure);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(PATIENCE);
    expect(performance.now() - begin).toBeLessThan(2 * PATIENCE);
    // Of the dead one alone.
    expect(underWay(inside(pool))).toBe(1);
    await pool.end();
  });

  it('does not keep the process, nor does one that is still at work', async () => {
    const script = `
      import {ThreadPool} from './src/fused/threadPool.ts';
      import {createHeap} from './src/kernels/wasm/heap.ts';
      const heap = createHeap(true);
      const pool = new ThreadPool(heap, 3, 200);
      while (pool.available < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      const room = heap.allocate(2 ** 24);
      const long = Array.from({length: 100000}, () => ({kernel: 'clear', args: [room, 2 ** 22]}));
      const prepared = pool.prepare([[long, long, long], [[]]], 3);
      const clear = () => {
        while ((Atomics.load(pool.words, ${control.claimed}) & 0xffff) < 3);
      };
      Object.assign(heap, {kernels: {clear}});
      try {
        pool.run(prepared);
      } catch ({message}) {
        console.log(message);
      }
      void pool.others[0].end();
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const {stdout} = await promisify(execFile)(process.execPath, args, {timeout: 60_000});
    expect(stdout).toMatch(/^fused step: threads must finish their part/);
  });

  it('between two programs goes on with those that are there', async () => {
    const {pool, heap} = await startPool(3, PATIENCE);
    const room = heap.allocate(4 * 64);
    const parts = Array.from({length: 64}, (_, i) => [{kernel: 'clear' as const, args: [room + 4 * i, 1]}]);
    const prepared = pool.prepare([parts, parts], 3);
    for (const dead of [0, 1]) {
      await inside(pool).others[dead].end();
      for (let run = 0; run < 20; run++) {
        const numbers = new Float32Array(heap.memory.buffer, room, 64).fill(1);
        pool.run(prepared);
        expect(Math.max(...numbers)).toBe(0);
      }
    }
    await pool.end();
  });
});

describe('a training of which a thread dies', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  afterEach(() => setThreads());

  /** Losses of four steps, with something that happens to the threads before the third. */
  async function train(count: number, before: (step: () => Promise<number>) => Promise<unknown> = async () => {}) {
    setThreads(count);
    const model = tf.sequential({
      layers: [
        maskedDense({units: 400, density: 0.5, activation: 'relu', inputShape: [1000], seed: 1}),
        maskedDense({units: 10, density: 0.5, activation: 'softmax', seed: 3}),
      ],
    });
    model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
    const x = tf.randomNormal([128, 1000], 0, 1, 'float32', 1);
    const y = tf.tidy(() => tf.oneHot(tf.range(0, 128, 1, 'int32').mod(10).cast('int32'), 10).cast('float32'));
    const step = async () => (await model.trainOnBatch(x, y)) as number;
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) {
      // The first step takes memory, with which the threads start.
      while (i > 0 && arena().available() < count) await new Promise((resolve) => setTimeout(resolve, 5));
      if (i === 2) await before(step);
      losses.push(await step());
    }
    const state = snapshot(model);
    tf.dispose([x, y]);
    model.dispose();
    return {losses, state};
  }

  it('in the middle of a step did not take that step, gives no memory back before the thread is gone, and goes on', async () => {
    const once = await train(1);
    const {heap} = arena();
    const killed = await train(2, async (step) => {
      const pool = inside(arena().threadPool());
      pool.words[control.patience] = PATIENCE;
      const bytes = heap.bytesInUse;
      atNextCall(heap, () => killAtWork(pool));
      let whileThrown = 0;
      const failing = step().catch((error: unknown) => {
        whileThrown = heap.bytesInUse;
        throw error;
      });
      await expect(failing).rejects.toThrow(
        /^fused step: threads must finish their part, received a failure or no answer; the step was not taken\. [^.]*\.$/,
      );
      expect(whileThrown).toBe(bytes);
      while (heap.bytesInUse >= bytes) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(killed).toEqual(once);
  });

  it('between two steps goes on, with the same results', async () => {
    const once = await train(1);
    const killed = await train(2, () => inside(arena().threadPool()).others[0].end());
    expect(killed).toEqual(once);
  });
});
