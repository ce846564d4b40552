import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {MemoryPool, OutOfMemory} from '../../../src/kernels/wasm/memoryPool.ts';

function createPool(initial = 1, maximum = 100): MemoryPool {
  return new MemoryPool(new WebAssembly.Memory({initial, maximum}));
}

describe('MemoryPool', () => {
  it('gives rooms that lie in the memory and do not overlap, whatever the order of allocation and release', () => {
    const action = fc.oneof(fc.record({allocate: fc.integer({min: 0, max: 200_000})}), fc.record({release: fc.nat()}));
    fc.assert(
      fc.property(fc.array(action, {maxLength: 60}), (actions) => {
        const pool = createPool();
        const rooms: {address: number; bytes: number}[] = [];
        for (const step of actions) {
          if ('allocate' in step) {
            const address = pool.allocate(step.allocate);
            expect(address % 64).toBe(0);
            expect(address).toBeGreaterThan(0);
            rooms.push({address, bytes: step.allocate});
          } else if (rooms.length > 0) {
            const [room] = rooms.splice(step.release % rooms.length, 1);
            pool.release(room.address);
          }
          const sorted = [...rooms].sort((a, b) => a.address - b.address);
          sorted.forEach(({address, bytes}, i) => {
            expect(address + bytes).toBeLessThanOrEqual(sorted[i + 1]?.address ?? pool.memory.buffer.byteLength);
          });
        }
        for (const {address} of rooms) pool.release(address);
        expect(pool.bytesInUse).toBe(0);
      }),
      {seed: 1, numRuns: 100},
    );
  });

  it('does not grow when what was released is taken again', () => {
    const pool = createPool();
    const fill = () => Array.from({length: 10}, (_, i) => pool.allocate(10_000 * (i + 1)));
    for (const address of fill()) pool.release(address);
    const bytes = pool.memory.buffer.byteLength;
    for (let i = 0; i < 100; i++) for (const address of fill()) pool.release(address);
    expect(pool.memory.buffer.byteLength).toBe(bytes);
  });

  it('joins neighbours that are free, so that a large room fits again', () => {
    const pool = createPool(2);
    const addresses = Array.from({length: 4}, () => pool.allocate(30_000));
    for (const i of [1, 3, 0, 2]) pool.release(addresses[i]);
    const bytes = pool.memory.buffer.byteLength;
    expect(pool.allocate(120_000)).toBe(addresses[0]);
    expect(pool.memory.buffer.byteLength).toBe(bytes);
  });

  it('says what is missing where the memory cannot grow, and goes on', () => {
    const pool = createPool(1, 2);
    expect(() => pool.allocate(1_000_000)).toThrow(
      new Error(
        'sparse op: the memory of the kernels must have room for 1000000 more bytes, received none beyond 65536. ' +
          'Use smaller batches, or a smaller model.',
      ),
    );
    const address = pool.allocate(60_000);
    pool.release(address);
    expect(pool.allocate(60_000)).toBe(address);
  });

  it('keeps the last bytes of 4 GiB, at whose end addresses begin anew', () => {
    // As a memory of which nobody reads.
    const memory = {
      buffer: {byteLength: 65536},
      grow(pages: number) {
        if (this.buffer.byteLength + 65536 * pages > 2 ** 32) throw new RangeError();
        this.buffer.byteLength += 65536 * pages;
      },
    };
    const pool = new MemoryPool(memory as unknown as WebAssembly.Memory);
    const first = pool.allocate(2 ** 32 - 64 - 1024);
    expect(() => pool.allocate(1024)).toThrow(OutOfMemory);
    const last = pool.allocate(960);
    expect(last + 960).toBe(2 ** 32 - 64);
    expect(() => pool.allocate(1)).toThrow(OutOfMemory);
    pool.release(last);
    pool.release(first);
    expect(pool.allocate(2 ** 32 - 128)).toBe(first);
  });
});
