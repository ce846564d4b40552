/**
 * The words through which threads agree, in the memory that they share.
 */
export const control = {
  /** Counts the programs that were given out; threads wait for it to change. */
  program: 0,
  /** Address of a table of the threads' codes: for each its address and its length in numbers. */
  table: 1,
  /** Threads that are at the current barrier. */
  arrived: 2,
  /** Counts the barriers that were passed. */
  barriers: 3,
  /** Threads that have started. */
  started: 4,
  /** 1 when a thread has failed. */
  failed: 5,
  /** Number of words. */
  length: 6,
} as const;

/** Longest time that a thread waits for another, in milliseconds: far more than any phase takes. */
const PATIENCE_MS = 120_000;

/**
 * Waits until every thread has come here.
 *
 * @throws Error if one of them failed, or does not come
 */
export function waitForAll(words: Int32Array, threads: number): void {
  const passed = Atomics.load(words, control.barriers);
  if (Atomics.add(words, control.arrived, 1) === threads - 1) {
    Atomics.store(words, control.arrived, 0);
    Atomics.add(words, control.barriers, 1);
    return;
  }
  const begin = performance.now();
  for (let spins = 1; Atomics.load(words, control.barriers) === passed; spins++) {
    if (spins % 4096 !== 0) continue;
    if (Atomics.load(words, control.failed) === 1 || performance.now() - begin > PATIENCE_MS) {
      throw new Error(
        'fused step: threads must finish their part, received a failure or no answer; the step was not taken. ' +
          'Train on, with setThreads(1) if it happens again.',
      );
    }
  }
}
