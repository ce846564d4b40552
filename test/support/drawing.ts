import {type SeededRandom, seededRandom} from '../../src/topology/random.ts';

/** A source from which `normal` makes these numbers. */
export function drawing(numbers: readonly number[]): SeededRandom {
  const uniform = numbers.flatMap((number) => [1 - Math.exp(-(number ** 2) / 2), number < 0 ? 0.5 : 0]);
  return Object.assign(() => uniform.shift()!, {state: () => seededRandom(0).state()});
}
