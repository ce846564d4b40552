import {expect, it} from 'vitest';
import {linearDecay} from '../../../src/algorithms/schedules/linearDecay.ts';

it('loses the same amount at each step and ends at 0', () => {
  const schedule = linearDecay(0.4, 4);
  for (const [step, value] of [0.4, 0.3, 0.2, 0.1, 0, 0].entries()) expect(schedule(step)).toBeCloseTo(value, 15);
});

it('refuses a percentage', () => {
  expect(() => linearDecay(50, 4)).toThrow('linearDecay: initial must be in [0, 1], received 50.');
});
