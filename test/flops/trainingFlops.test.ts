import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  denseTrainingFlops,
  riglTrainingFlops,
  snfsTrainingFlops,
  staticTrainingFlops,
} from '../../src/flops/trainingFlops.ts';

it('a step costs three forward passes, for SNFS one of them dense', () => {
  expect(denseTrainingFlops(1000)).toBe(3000);
  expect(staticTrainingFlops(100)).toBe(300);
  expect(snfsTrainingFlops(100, 1000)).toBe(1200);
});

describe('riglTrainingFlops', () => {
  it('spreads the dense gradient over ΔT + 1 steps', () => {
    // (300 · 99 + 200 + 1000) / 100
    expect(riglTrainingFlops(100, 1000, 99)).toBe(309);
  });

  it('lies between a static topology and SNFS, the closer to static the rarer the updates', () => {
    const forward = fc.tuple(fc.integer({min: 1, max: 1e9}), fc.integer({min: 0, max: 1e9}));
    fc.assert(
      fc.property(forward, fc.integer({min: 1, max: 10_000}), ([sparse, more], updateInterval) => {
        const dense = sparse + more;
        const flops = riglTrainingFlops(sparse, dense, updateInterval);
        expect(flops).toBeGreaterThanOrEqual(staticTrainingFlops(sparse) * (1 - 1e-12));
        expect(flops).toBeLessThanOrEqual(snfsTrainingFlops(sparse, dense) * (1 + 1e-12));
        expect(riglTrainingFlops(sparse, dense, updateInterval + 1)).toBeLessThanOrEqual(flops * (1 + 1e-12));
      }),
    );
  });

  it('tells nothing of sparsity where there is none', () => {
    expect(riglTrainingFlops(1000, 1000, 100)).toBe(denseTrainingFlops(1000));
  });

  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the interval %s', (updateInterval) => {
    expect(() => riglTrainingFlops(1, 1, updateInterval)).toThrow(
      `riglTrainingFlops: updateInterval must be a finite number of at least 1, received ${updateInterval}.`,
    );
  });
});
