import {createHeap, type OwnHeap} from '../kernels/wasm/heap.ts';
import {describeValue} from '../topology/describeValue.ts';
import {nodeModule} from './nodeModule.ts';
import {canStartThreads, ThreadPool} from './threadPool.ts';

/** More threads gain little: they share the caches. */
const MOST_DEFAULT = 4;

/** The heap and the threads that all fused steps share. */
export class Arena {
  readonly heap: OwnHeap = createHeap(canStartThreads());
  private current: ThreadPool | undefined;
  private users = 0;

  /** The threads; started when they are first asked for, and kept where one is enough for now. */
  threadPool(): ThreadPool {
    const wanted = threads();
    if (this.current && wanted > 1 && this.current.size !== wanted) void this.endThreads();
    this.current ??= new ThreadPool(this.heap, wanted);
    return this.current;
  }

  /** Threads that can run a program now. */
  available(): number {
    return Math.min(threads(), this.threadPool().available);
  }

  /** Counts a user of the threads. */
  enter(): void {
    this.users++;
  }

  /** Counts a user less; with the last one the threads end. */
  leave(): void {
    if (--this.users === 0) void this.endThreads();
  }

  /** Ends the threads; others are started when they are asked for. @returns when they are gone */
  async endThreads(): Promise<void> {
    const pool = this.current;
    this.current = undefined;
    await pool?.end();
  }
}

let shared: Arena | undefined;
let chosen: number | undefined;

/** The arena of this thread, made when it is first asked for. */
export function arena(): Arena {
  shared ??= new Arena();
  return shared;
}

/** Threads that the fused step uses, the calling one included. */
export function threads(): number {
  if (!canStartThreads()) return 1;
  return chosen ?? Math.max(1, Math.min(MOST_DEFAULT, cores()));
}

function cores(): number {
  return nodeModule('node:os')?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/**
 * Sets how many threads the fused step uses, the calling one included. Results do not depend on it, to the bit.
 *
 * Where memory cannot be shared, such as in a page that is not cross-origin isolated, it is always one.
 *
 * @param count  @defaultValue the number of cores, at most 4
 * @throws RangeError if it is not a positive integer
 */
export function setThreads(count?: number): void {
  if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(
      `setThreads: count must be a positive integer, received ${describeValue(count)}. Leave it out for one for each core, at most 4.`,
    );
  }
  chosen = count;
}
