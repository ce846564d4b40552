import seedrandom from 'seedrandom';

/** A source of uniform numbers in [0, 1). Randomness is always passed in; nothing in the library calls `Math.random`. */
export type Random = () => number;

/** The whole state of a {@link SeededRandom}: plain numbers, so that it survives JSON. */
export interface RandomState {
  readonly c: number;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
}

/** A {@link Random} whose state can be saved and restored. */
export interface SeededRandom {
  (): number;
  /** The state after the numbers drawn so far. */
  state(): RandomState;
}

/**
 * A reproducible source of randomness: the same seed gives the same numbers on every machine and backend.
 *
 * Numbers carry 53 random bits (Alea, from the package `seedrandom`), so that positions above 2^32 can be drawn exactly.
 *
 * @param seed  a number or a string, or a saved {@link RandomState} to continue from
 */
export function seededRandom(seed: number | string | RandomState): SeededRandom {
  const generator =
    typeof seed === 'object'
      ? seedrandom.alea('', {state: {...seed}})
      : seedrandom.alea(String(seed), {state: true as const});
  const random = () => generator.double();
  return Object.assign(random, {state: () => generator.state() as RandomState});
}

/** A seed for callers who gave none: drawn from the host's entropy, a safe integer, worth printing or saving. */
export function freshSeed(): number {
  return Math.floor(seedrandom().double() * 2 ** 31);
}

/** A draw from the standard normal distribution, by the method of Box and Muller: two numbers of `random`. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
