import type * as tf from '@tensorflow/tfjs';

/** One way of doing what a case measures. */
export interface Contestant {
  /** 'dense', or the density. */
  readonly label: string;
  /** What must happen before each run and is not timed. */
  prepare?(): Promise<void>;
  /** The timed part; resolves when the device is done. */
  run(): Promise<void>;
  /** How many times `run` does the thing, for instance training steps. @defaultValue 1 */
  readonly times?: number;
}

/** Several ways of doing the same thing. */
export interface Case {
  readonly what: string;
  readonly contestants: readonly Contestant[];
}

/** How long a case is measured. */
export interface Patience {
  /** Rounds, in each of which every contestant runs once. */
  readonly repetitions: number;
  /** After so many seconds no further round begins; three are run in any case, if `repetitions` allows. */
  readonly seconds: number;
}

/** Milliseconds for doing it once. */
export interface Timing {
  readonly label: string;
  readonly min: number;
  readonly median: number;
  readonly repetitions: number;
}

const LEAST_ROUNDS = 3;

/** Times the contestants in turn, after each was run once to warm up: what disturbs the machine disturbs them alike. */
export async function race(contestants: readonly Contestant[], {repetitions, seconds}: Patience): Promise<Timing[]> {
  const samples = contestants.map((): number[] => []);
  for (const contestant of contestants) await timed(contestant);
  const end = performance.now() + 1000 * seconds;
  for (let round = 0; round < repetitions; round++) {
    if (round >= LEAST_ROUNDS && performance.now() > end) break;
    for (const [i, contestant] of contestants.entries()) samples[i].push(await timed(contestant));
  }
  return contestants.map(({label}, i) => {
    const sorted = samples[i].sort((a, b) => a - b);
    return {label, min: sorted[0], median: sorted[sorted.length >> 1], repetitions: sorted.length};
  });
}

async function timed(contestant: Contestant): Promise<number> {
  await contestant.prepare?.();
  const start = performance.now();
  await contestant.run();
  return (performance.now() - start) / (contestant.times ?? 1);
}

/** Waits until the device has computed a tensor, by reading one number of it, and disposes it. */
export async function finish(result: tf.Tensor): Promise<void> {
  const first = result.as1D().slice(0, 1);
  await first.data();
  first.dispose();
  result.dispose();
}
