import alea from 'seedrandom/lib/alea.js';
import {describeValue} from './describeValue.ts';

/** A source of uniform numbers in [0, 1). Randomness is always passed in; nothing in the library calls `Math.random`. */
export type Random = () => number;

/** The whole state of a {@link SeededRandom}: plain numbers, so that it survives JSON. */
export interface RandomState {
  /** The carry: an integer in [0, 2091639). */
  readonly c: number;
  /** The last three numbers: multiples of 2^-32 in [0, 1). */
  readonly s0: number;
  /** As `s0`. */
  readonly s1: number;
  /** As `s0`. */
  readonly s2: number;
}

/** A {@link Random} whose state can be saved and restored. */
export interface SeededRandom {
  (): number;
  /** The state after the numbers drawn so far. */
  state(): RandomState;
}

/** Alea multiplies by this: its carry stays below. */
const MULTIPLIER = 2_091_639;

/**
 * A reproducible source of randomness: the same seed gives the same numbers on every machine and backend.
 *
 * Numbers carry 53 random bits (Alea, from the package `seedrandom`), so that positions above 2^32 can be drawn exactly.
 *
 * @param seed  a number or a string, or a saved {@link RandomState} to continue from
 * @throws RangeError if a state is none that the generator can be in
 */
export function seededRandom(seed: number | string | RandomState): SeededRandom {
  if (seed === undefined) {
    throw new TypeError(
      'seededRandom: seed must be a number, a string or a saved state, received undefined. For a fresh one write freshSeed().',
    );
  }
  if (typeof seed === 'object' && !isRandomState(seed)) {
    throw new RangeError(
      'seededRandom: a state must have a carry c, an integer in [0, 2091639), and s0, s1 and s2, multiples of 2^-32 in [0, 1), ' +
        `received ${describeValue(seed)}. Pass what state() returned, undamaged.`,
    );
  }
  const generator =
    typeof seed === 'object' ? alea('', {state: {...seed}}) : alea(String(seed), {state: true as const});
  const random = () => generator.double();
  return Object.assign(random, {state: () => generator.state() as RandomState});
}

/** True for the states that the generator reaches from a seed: the two that repeat one number for ever are not among them. */
export function isRandomState(state: unknown): state is RandomState {
  const {c, s0, s1, s2} = (state ?? {}) as Record<string, unknown>;
  const last = [s0, s1, s2];
  const isFraction = (s: unknown) => typeof s === 'number' && s >= 0 && s < 1 && Number.isInteger(s * 2 ** 32);
  const repeats = (carry: number, s: number) => c === carry && last.every((each) => each === s);
  return (
    Number.isInteger(c) &&
    (c as number) >= 0 &&
    (c as number) < MULTIPLIER &&
    last.every(isFraction) &&
    !repeats(0, 0) &&
    !repeats(MULTIPLIER - 1, 1 - 2 ** -32)
  );
}

/** A seed for callers who gave none: drawn from the host's entropy, a safe integer, worth printing or saving. */
export function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
}

/** A draw from the standard normal distribution, by the method of Box and Muller: two numbers of `random`. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
