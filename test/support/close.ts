import {expect} from 'vitest';

/** Expects the same numbers up to rounding: no difference above `tolerance` times the largest number, or 1. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    // A NaN must not hide: it makes the difference NaN, which is not below any tolerance.
    if (!(Math.abs(actual[i] - expected[i]) <= difference)) difference = Math.abs(actual[i] - expected[i]);
  }
  expect(difference / scale, 'largest difference').toBeLessThanOrEqual(tolerance);
}
