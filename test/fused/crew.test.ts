import {describe, expect, it} from 'vitest';
import {Crew} from '../../src/fused/crew.ts';
import type {Program} from '../../src/fused/program.ts';
import {createHeap} from '../../src/kernels/wasm/heap.ts';

async function startCrew(size: number): Promise<{crew: Crew; heap: ReturnType<typeof createHeap>}> {
  const heap = createHeap(true);
  const crew = new Crew(heap, size);
  while (crew.available < size) await new Promise((resolve) => setTimeout(resolve, 5));
  return {crew, heap};
}

describe('a crew', () => {
  it('does every part of every phase, each phase after the one before', async () => {
    const {crew, heap} = await startCrew(3);
    // Phase by phase each of ten words takes its own value twice: 1, 2, 4, … 1024, if and only if phases wait for each other.
    const words = heap.allocate(16 * 10);
    const floats = () => new Float32Array(heap.memory.buffer, words, 40);
    floats().fill(1);
    const phase = Array.from({length: 10}, (_, i) => [
      {kernel: 'addTo' as const, args: [words + 16 * i, words + 16 * ((i + 0) % 10), 4]},
    ]);
    const rotate = Array.from({length: 10}, (_, i) => [
      {kernel: 'addTo' as const, args: [words + 16 * i, words + 16 * i, 4]},
    ]);
    const program: Program = Array.from({length: 10}, (_, i) => (i % 2 === 0 ? phase : rotate));
    const prepared = crew.prepare(program, 3);
    for (let run = 0; run < 50; run++) {
      floats().fill(1);
      crew.run(prepared);
      expect([...floats()]).toEqual(new Array(40).fill(1024));
    }
    crew.discard(prepared);
    crew.end();
  });

  it('says so when a thread fails, and does not hang', async () => {
    const {crew} = await startCrew(2);
    const outside = {kernel: 'clear' as const, args: [0xfffffff0, 1000]};
    const prepared = crew.prepare(
      [
        [[], [outside]],
        [[], []],
      ],
      2,
    );
    expect(() => crew.run(prepared)).toThrow(
      new Error(
        'fused step: a thread has failed; the step was not finished, and weights may be of two steps. ' +
          'Load the last saved model, and train with setThreads(1).',
      ),
    );
    crew.end();
  });

  it('of one runs on the caller', () => {
    const heap = createHeap();
    const crew = new Crew(heap, 1);
    const words = heap.allocate(16);
    new Float32Array(heap.memory.buffer, words, 4).fill(3);
    crew.run(crew.prepare([[[{kernel: 'clear', args: [words, 4]}]]], 1));
    expect([...new Float32Array(heap.memory.buffer, words, 4)]).toEqual([0, 0, 0, 0]);
  });
});
