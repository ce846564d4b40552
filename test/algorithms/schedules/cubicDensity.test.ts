import {expect, it} from 'vitest';
import {cubicDensity} from '../../../src/algorithms/schedules/cubicDensity.ts';

it('prunes fast at first and slowly at the end', () => {
  const density = cubicDensity(1, 0.2, {beginStep: 10, endStep: 14});
  // 0.2 + 0.8 · (3/4)³, (2/4)³, (1/4)³
  expect([10, 11, 12, 13, 14].map(density)).toEqual([1, 0.5375, 0.3, 0.2125, 0.2].map((d) => expect.closeTo(d, 12)));
});

it('may stay where it is', () => {
  expect([0, 5, 10].map(cubicDensity(0.2, 0.2, {endStep: 10}))).toEqual([0.2, 0.2, 0.2]);
});

it('refuses sparsities above 1, a density of nothing, and a final density above the initial one', () => {
  expect(() => cubicDensity(1, 90, {endStep: 10})).toThrow(
    'cubicDensity: finalDensity must be in (0, 1], received 90. For 90 % of the connections write 0.9.',
  );
  expect(() => cubicDensity(0, 0, {endStep: 10})).toThrow(
    'cubicDensity: initialDensity must be in (0, 1], received 0.',
  );
  expect(() => cubicDensity(0.1, 0.9, {endStep: 10})).toThrow(
    'cubicDensity: finalDensity must be at most initialDensity 0.1, received 0.9. Gradual pruning only removes connections.',
  );
});

it('refuses an end that is not after the begin', () => {
  expect(() => cubicDensity(1, 0.1, {beginStep: 10, endStep: 10})).toThrow(
    'cubicDensity: endStep must be finite and above beginStep 10, received 10.',
  );
});
