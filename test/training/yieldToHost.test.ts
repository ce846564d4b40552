import {afterEach, describe, expect, it, vi} from 'vitest';
import {yieldToHost} from '../../src/training/yieldToHost.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** How often the host gets its turn, by timers that are due at once, while something waits `turns` times. */
async function ticksWhile(wait: () => Promise<void>, turns: number): Promise<number> {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  for (let turn = 0; turn < turns; turn++) {
    for (const begin = performance.now(); performance.now() - begin < 3; );
    await wait();
  }
  clearInterval(timer);
  return ticks;
}

describe('yieldToHost', () => {
  it('lets timers run, which waiting for a promise does not', async () => {
    expect(await ticksWhile(yieldToHost, 10)).toBeGreaterThanOrEqual(8);
    expect(await ticksWhile(() => Promise.resolve(), 10)).toBe(0);
  });

  it('does so by messages where there is no setImmediate, as in browsers', async () => {
    vi.stubGlobal('setImmediate', undefined);
    expect(await ticksWhile(yieldToHost, 10)).toBeGreaterThanOrEqual(8);
  });
});
