import * as tf from '@tensorflow/tfjs';

/** One way of doing what a case measures. */
export interface Contestant {
  /** 'dense', or the density. */
  readonly label: string;
  /** Row of the table, where it is another than that of its case; what is dense in the case stands in that one, too. */
  readonly row?: string;
  /** What must happen before each run and is not timed. */
  prepare?(): Promise<void>;
  /** The timed part; resolves when the device is done. */
  run(): Promise<void>;
  /** How many times `run` does the thing, for instance training steps. @defaultValue 1 */
  readonly times?: number;
  /** Multiplications and additions of doing it once, where they are known. */
  readonly flops?: number;
  /** Bytes that doing it once must read and write at least, where they are known. */
  readonly bytes?: number;
  /** WebGPU programs that doing it once has run, where they are counted; read at the end. */
  readonly programs?: number;
}

/** Several ways of doing the same thing. */
export interface Case {
  readonly what: string;
  readonly contestants: readonly Contestant[];
}

/** How long a case is measured. */
export interface Patience {
  /** Rounds, in each of which every contestant runs once that has not had its time. */
  readonly repetitions: number;
  /** A contestant that has run for so many seconds takes part in no fourth round, or any after it. */
  readonly seconds: number;
}

/** Milliseconds for doing it once. */
export interface Timing {
  readonly label: string;
  readonly row?: string;
  readonly min: number;
  readonly median: number;
  readonly repetitions: number;
  readonly flops?: number;
  readonly bytes?: number;
  readonly programs?: number;
}

const LEAST_ROUNDS = 3;

/** Who took longer than this to warm up does not run again, and that time counts: of so long a run little is warming up. */
const LONG_RUN = 15_000;

/** Times the contestants in turn, after each was run once to warm up: what disturbs the machine disturbs them alike. */
export async function race(contestants: readonly Contestant[], {repetitions, seconds}: Patience): Promise<Timing[]> {
  const runners: {contestant: Contestant; samples: number[]; spent: number}[] = [];
  for (const contestant of contestants) {
    const [time, whole] = await timed(contestant);
    const isLong = whole > LONG_RUN;
    runners.push({contestant, samples: isLong ? [time] : [], spent: isLong ? Number.POSITIVE_INFINITY : 0});
  }
  for (let round = 0; round < repetitions; round++) {
    for (const runner of runners) {
      if (runner.spent > (round < LEAST_ROUNDS ? LONG_RUN : 1000 * seconds)) continue;
      const [time, whole] = await timed(runner.contestant);
      runner.samples.push(time);
      runner.spent += whole;
    }
  }
  return runners.map(({contestant: {label, row, flops, bytes, programs}, samples}): Timing => {
    const sorted = samples.sort((a, b) => a - b);
    const [min, median] = [sorted[0], sorted[sorted.length >> 1]];
    return {label, row, min, median, repetitions: sorted.length, flops, bytes, programs};
  });
}

/** Milliseconds for doing it once, and for the whole run. */
async function timed(contestant: Contestant): Promise<[number, number]> {
  await contestant.prepare?.();
  const start = performance.now();
  await contestant.run();
  const whole = performance.now() - start;
  return [whole / (contestant.times ?? 1), whole];
}

/** Waits until the device has computed a tensor, by reading one number of it, and disposes it. */
export async function finish(result: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => result.as1D().slice(0, 1));
  await first.data();
  tf.dispose([first, result]);
}
