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
  /** Milliseconds of CPU time that the last run took, where another process did it; else they are this process's. */
  cpu?(): number;
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
  /** Median of the CPU time, of all threads together, where contestants are in other processes. */
  readonly cpu?: number;
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
  const runners: {contestant: Contestant; samples: Sample[]; spent: number}[] = [];
  for (const contestant of contestants) {
    const sample = await timed(contestant);
    const isLong = sample.whole > LONG_RUN;
    runners.push({contestant, samples: isLong ? [sample] : [], spent: isLong ? Number.POSITIVE_INFINITY : 0});
  }
  for (let round = 0; round < repetitions; round++) {
    for (const runner of runners) {
      if (runner.spent > (round < LEAST_ROUNDS ? LONG_RUN : 1000 * seconds)) continue;
      const sample = await timed(runner.contestant);
      runner.samples.push(sample);
      runner.spent += sample.whole;
    }
  }
  return runners.map(({contestant: {label, row, flops, bytes, programs}, samples}): Timing => {
    const sorted = (key: 'time' | 'cpu') => samples.map((sample) => sample[key]).sort((a, b) => a - b);
    const [times, middle] = [sorted('time'), samples.length >> 1];
    const [min, median] = [times[0], times[middle]];
    const cpu = contestants.some((contestant) => contestant.cpu) ? sorted('cpu')[middle] : undefined;
    return {label, row, min, median, cpu, repetitions: samples.length, flops, bytes, programs};
  });
}

/** Milliseconds: of doing it once, by the clock and of the CPU, and of the whole run. */
interface Sample {
  readonly time: number;
  readonly cpu: number;
  readonly whole: number;
}

async function timed(contestant: Contestant): Promise<Sample> {
  await contestant.prepare?.();
  const {times = 1} = contestant;
  const [start, before] = [performance.now(), process.cpuUsage()];
  await contestant.run();
  const whole = performance.now() - start;
  const {user, system} = process.cpuUsage(before);
  return {time: whole / times, cpu: (contestant.cpu?.() ?? (user + system) / 1000) / times, whole};
}

/** Waits until the device has computed a tensor, by reading one number of it, and disposes it. */
export async function finish(result: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => result.as1D().slice(0, 1));
  await first.data();
  tf.dispose([first, result]);
}
