import {describe, expect, it, vi} from 'vitest';
import {control} from '../../src/fused/control.ts';
import type {Program} from '../../src/fused/program.ts';
import {ThreadPool} from '../../src/fused/threadPool.ts';
import {createHeap} from '../../src/kernels/wasm/heap.ts';

async function startPool(size: number): Promise<{pool: ThreadPool; heap: ReturnType<typeof createHeap>}> {
  const heap = createHeap(true);
  const pool = new ThreadPool(heap, size);
  while (pool.available < size) await new Promise((resolve) => setTimeout(resolve, 5));
  return {pool, heap};
}

describe('a pool', () => {
  it('does every part of every phase, each phase after the one before', async () => {
    const {pool, heap} = await startPool(3);
    // Two rows of ten numbers. In each phase the parts of one row add up two neighbours of the other row, which other threads
    // wrote in the phase before: all numbers double from phase to phase if, and only if, phases wait for each other.
    const rows = [heap.allocate(16 * 10), heap.allocate(16 * 10)];
    const numbers = (row: number) => new Float32Array(heap.memory.buffer, rows[row], 40);
    const phase = (from: number, to: number) =>
      Array.from({length: 10}, (_, i) => [
        {kernel: 'clear' as const, args: [to + 16 * i, 4]},
        {kernel: 'addTo' as const, args: [to + 16 * i, from + 16 * i, 4]},
        {kernel: 'addTo' as const, args: [to + 16 * i, from + 16 * ((i + 1) % 10), 4]},
      ]);
    const program: Program = Array.from({length: 20}, (_, i) => phase(rows[i % 2], rows[(i + 1) % 2]));
    const prepared = pool.prepare(program, 3);
    for (let run = 0; run < 200; run++) {
      numbers(0).fill(1);
      numbers(1).fill(0);
      pool.run(prepared);
      expect([...numbers(0)]).toEqual(new Array(40).fill(2 ** 20));
    }
    pool.discard(prepared);
    await pool.end();
  });

  it('waits for nobody who has claimed no part, and shares the parts with those who have', async () => {
    const {pool, heap} = await startPool(2);
    const room = heap.allocate(1 << 20);
    const work = Array.from({length: 200}, () => ({kernel: 'clear' as const, args: [room, 1 << 18]}));
    const prepared = pool.prepare([[work, work], [work]], 2);
    const words = (pool as unknown as {words: Int32Array}).words;
    for (let run = 0; run < 3; run++) {
      pool.run(prepared);
      expect(words[control.finished]).toBe(3);
      expect(words[control.claimed]).toBe(-1);
    }
    await pool.end();
    pool.run(prepared);
  });

  it('runs on the caller alone when its threads have ended', async () => {
    const {pool} = await startPool(2);
    await pool.end();
    expect(pool.available).toBe(1);
  });

  it('says so when a thread fails, and does not hang', async () => {
    const {pool, heap} = await startPool(2);
    // While one of them is busy, the other fails.
    const room = heap.allocate(1 << 20);
    const work = Array.from({length: 1000}, () => ({kernel: 'clear' as const, args: [room, 1 << 18]}));
    const outside = {kernel: 'clear' as const, args: [0xfffffff0, 1000]};
    const prepared = pool.prepare([[work, [outside]], [[]]], 2);
    expect(() => pool.run(prepared)).toThrow(
      new Error(
        'fused step: threads must finish their part, received a failure or no answer; the step was not taken. ' +
          'Train on, with setThreads(1) if it happens again.',
      ),
    );
    await pool.end();
  });

  it('of one runs on the caller', () => {
    const heap = createHeap();
    const pool = new ThreadPool(heap, 1);
    const words = heap.allocate(16);
    new Float32Array(heap.memory.buffer, words, 4).fill(3);
    pool.run(pool.prepare([[[{kernel: 'clear', args: [words, 4]}]]], 1));
    expect([...new Float32Array(heap.memory.buffer, words, 4)]).toEqual([0, 0, 0, 0]);
  });

  it('runs on the caller where the host refuses threads, and says so once', async () => {
    const Worker = class {
      constructor() {
        throw new Error('Access to this API has been restricted.');
      }
    };
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({Worker} as never);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.resetModules();
    const fresh = await import('../../src/fused/threadPool.ts');
    const heap = createHeap(true);
    const words = heap.allocate(16);
    const program: Program = [[[{kernel: 'clear', args: [words, 4]}]]];
    for (let i = 0; i < 2; i++) {
      const pool = new fresh.ThreadPool(heap, 3);
      new Float32Array(heap.memory.buffer, words, 4).fill(3);
      pool.run(pool.prepare(program, pool.available));
      expect([...new Float32Array(heap.memory.buffer, words, 4)]).toEqual([0, 0, 0, 0]);
      await pool.end();
    }
    expect(fresh.canStartThreads()).toBe(false);
    expect(warn.mock.calls).toEqual([
      [
        'itop: the host must allow threads for the fused step to use several, received "Access to this API has been ' +
          'restricted.". It goes on with one: slower, with the same results. Node allows them with --allow-worker.',
      ],
    ]);
    vi.restoreAllMocks();
  });
});
