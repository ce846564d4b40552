/**
 * The words through which threads agree, in the memory that they share.
 *
 * A program is a list of parts, in phases: the parts of a phase do not depend on each other, but on all phases before. Whoever is
 * free claims the next part, so that nobody waits for a thread that the system lets sleep, unless it sleeps within a part.
 */
export const control = {
  /** Counts the programs that were given out; threads sleep until it changes. */
  program: 0,
  /** Address of the code of the current program, in bytes. */
  code: 1,
  /** Address of its table: for each part its phase's first part, its place in the code, and the place after it. */
  table: 2,
  /** Number of its parts. */
  parts: 3,
  /** The next part to be claimed, with the lower bits of the program's number above 16 bits of it; −1 between programs. */
  claimed: 4,
  /** Number of its parts that are finished, done or failed. */
  finished: 5,
  /** Threads that have started. */
  started: 6,
  /** 1 when a part has failed, 2 more when one was waited for in vain; 0 before. */
  failed: 7,
  /** Longest time that a thread waits for another, in milliseconds. */
  patience: 8,
  /** Number of words. */
  length: 9,
} as const;

/** The most parts that a program of several threads can have. */
export const MOST_PARTS = 0xffff;

/** Looks before a thread that waits for others goes to sleep: some 50 µs. */
const SPINS = 20_000;

/** Lets threads claim the parts of a program. */
export function openProgram(words: Int32Array, code: number, table: number, parts: number): number {
  Atomics.store(words, control.code, code);
  Atomics.store(words, control.table, table);
  Atomics.store(words, control.parts, parts);
  Atomics.store(words, control.finished, 0);
  Atomics.store(words, control.failed, 0);
  const program = Atomics.load(words, control.program) + 1;
  Atomics.store(words, control.claimed, firstClaim(program));
  Atomics.store(words, control.program, program);
  Atomics.notify(words, control.program);
  return program;
}

/** After this nobody claims a part of the program any more; to be called when all are done, before another is opened. */
export function closeProgram(words: Int32Array): void {
  Atomics.store(words, control.claimed, -1);
}

/** @returns a part of the program for the caller alone; −1 if there is none left, or the program is over */
export function claimPart(words: Int32Array, program: number): number {
  const first = firstClaim(program);
  for (;;) {
    const next = Atomics.load(words, control.claimed);
    const part = next - first;
    if (part < 0 || part >= Atomics.load(words, control.parts)) return -1;
    if (Atomics.compareExchange(words, control.claimed, next, next + 1) === next) return part;
  }
}

/** Tells the others that a part is finished. */
export function finishPart(words: Int32Array): void {
  Atomics.add(words, control.finished, 1);
  Atomics.notify(words, control.finished);
}

/** Says that a part of the program has failed; it is still to be finished. */
export function fail(words: Int32Array): void {
  Atomics.or(words, control.failed, 1);
}

/** True once a part has failed, or was waited for in vain: what follows it need not be done. */
export function hasFailed(words: Int32Array): boolean {
  return Atomics.load(words, control.failed) !== 0;
}

/**
 * Waits until so many parts of the program are finished.
 *
 * @returns false if a thread does not finish its part: then the program has failed, and nobody waits for it any more
 */
export function waitForParts(words: Int32Array, count: number): boolean {
  let begin = 0;
  for (let spins = 1; ; spins++) {
    const finished = Atomics.load(words, control.finished);
    if (finished >= count) return true;
    if (spins % SPINS !== 0) continue;
    begin ||= performance.now();
    if (performance.now() - begin > Atomics.load(words, control.patience)) Atomics.or(words, control.failed, 2);
    if (Atomics.load(words, control.failed) >= 2) return false;
    sleepUnlessChanged(words, finished);
  }
}

/** Leaves the core to others for a moment, where a thread may: that of a page must not. */
function sleepUnlessChanged(words: Int32Array, finished: number): void {
  try {
    Atomics.wait(words, control.finished, finished, 20);
  } catch {
    // It goes on looking.
  }
}

/** The number of a program's first claim: never negative, and other than those of some thousand programs before it. */
function firstClaim(program: number): number {
  return (program & 0x7fff) << 16;
}
