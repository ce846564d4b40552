import {allOrNothing, type Heap} from '../kernels/wasm/heap.ts';
import {kernelModule} from '../kernels/wasm/kernelModule.ts';
import {closeProgram, control, hasFailed, MOST_PARTS, openProgram, waitForParts} from './control.ts';
import {nodeModule} from './nodeModule.ts';
import {type Encoded, encode, execute, type Program} from './program.ts';
import {takeParts} from './takeParts.ts';
import type {ThreadStart} from './worker.ts';
import {WORKER} from './workerSource.ts';

/** A program as the threads of a pool run it. */
export interface CompiledProgram {
  readonly encoded: Encoded;
  /** Addresses of code and table where there are several threads. */
  readonly shared?: {readonly code: number; readonly table: number};
}

/** A part that failed, or was not finished. */
export class ThreadFailure extends Error {
  constructor() {
    super(
      'fused step: threads must finish their part, received a failure or no answer; the step was not taken. ' +
        'Train on, with setThreads(1) if it happens again.',
    );
  }
}

interface Thread {
  /** Resolves when it is gone. */
  end(): Promise<unknown>;
}

/**
 * The threads that run programs on one heap: the one that calls, and others on the same memory.
 *
 * Until the others have started, and where the memory is not shared, the caller runs alone; results are the same to the bit.
 */
export class ThreadPool {
  private words: Int32Array | undefined;
  /** Threads that are there, or still to come, the caller's included. */
  private expected: number;
  private readonly wordsAddress: number;
  private readonly others: Thread[] = [];

  /**
   * @param size      number of threads, the caller's included
   * @param patience  longest time that they wait for a part of another, in milliseconds. @defaultValue far more than any part takes
   */
  constructor(
    private readonly heap: Heap,
    readonly size: number,
    patience = 120_000,
  ) {
    this.expected = size;
    this.wordsAddress = size > 1 ? heap.allocate(4 * control.length) : 0;
    if (size === 1) return;
    this.words = new Int32Array(heap.memory.buffer, this.wordsAddress, control.length);
    this.words.fill(0);
    this.words[control.patience] = patience;
    closeProgram(this.words);
    const module = kernelModule(true);
    const start: ThreadStart = {module, memory: heap.memory, words: this.wordsAddress};
    try {
      for (let thread = 1; thread < size; thread++) this.others.push(startThread(start, () => this.expected--));
    } catch (error) {
      this.expected = 1 + this.others.length;
      refuseThreads(error);
    }
  }

  /** Threads that run a program now: all of them, or the caller alone. One that the system does not let start is not waited for. */
  get available(): number {
    return this.words && Atomics.load(this.words, control.started) === this.expected - 1 ? this.expected : 1;
  }

  /** @param threads  1 if the caller is to run it alone */
  prepare(program: Program, threads: number): CompiledProgram {
    const encoded = encode(program);
    const {code, table} = encoded;
    if (threads === 1 || table.length / 3 > MOST_PARTS) return {encoded};
    const shared = allOrNothing(this.heap, (heap) => ({
      code: heap.allocate(8 * code.length),
      table: heap.allocate(4 * table.length),
    }));
    new Float64Array(this.heap.memory.buffer, shared.code, code.length).set(code);
    new Int32Array(this.heap.memory.buffer, shared.table, table.length).set(table);
    return {encoded, shared};
  }

  /** @throws ThreadFailure if a part fails, or a thread does not finish its part: it may write into the memory until the pool has ended */
  run({encoded: {code, table}, shared}: CompiledProgram): void {
    const {words, heap} = this;
    if (!shared || !words || this.available === 1) {
      execute(heap.kernels, code, 0, code.length);
      return;
    }
    const parts = table.length / 3;
    const program = openProgram(words, shared.code, shared.table, parts);
    takeParts(heap.kernels, heap.memory, words, program);
    // A thread that hangs may still write: its program stays as it is.
    if (waitForParts(words, parts)) closeProgram(words);
    if (hasFailed(words)) throw new ThreadFailure();
  }

  discard({shared}: CompiledProgram): void {
    if (!shared) return;
    this.heap.release(shared.code);
    this.heap.release(shared.table);
  }

  /** Ends the threads, also those that hang; the caller runs alone from now on. Resolves when they are gone. */
  async end(): Promise<void> {
    const {words} = this;
    if (!words) return;
    Atomics.store(words, control.started, 0);
    this.words = undefined;
    await Promise.all(this.others.splice(0).map((thread) => thread.end()));
    this.heap.release(this.wordsAddress);
  }
}

/** True once the host has refused to start one, as Node does under its permission model. */
let areRefused = false;

function refuseThreads(error: unknown): void {
  if (areRefused) return;
  areRefused = true;
  console.warn(
    `itop: the host must allow threads for the fused step to use several, received "${(error as Error).message}". ` +
      'It goes on with one: slower, with the same results. Node allows them with --allow-worker.',
  );
}

/** True where threads can share memory with this one. */
export function canStartThreads(): boolean {
  if (areRefused || typeof SharedArrayBuffer !== 'function') return false;
  return (
    nodeModule('node:worker_threads') !== undefined ||
    (typeof Worker === 'function' && globalThis.crossOriginIsolated === true)
  );
}

function startThread(start: ThreadStart, onError: () => void): Thread {
  const node = nodeModule('node:worker_threads');
  if (node) {
    const worker = new node.Worker(WORKER, {eval: true, workerData: start});
    // Threads that wait for work do not keep the process alive.
    worker.unref();
    worker.on('error', onError);
    return {end: () => worker.terminate()};
  }
  const url = URL.createObjectURL(new Blob([WORKER], {type: 'text/javascript'}));
  const worker = new Worker(url);
  worker.onerror = onError;
  worker.postMessage(start);
  return {
    end: async () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
