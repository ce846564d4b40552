import type {Heap} from '../kernels/wasm/heap.ts';
import {kernelModule} from '../kernels/wasm/kernelModule.ts';
import {control, waitForAll} from './control.ts';
import {nodeModule} from './nodeModule.ts';
import {encode, execute, type Program} from './program.ts';
import type {ThreadStart} from './worker.ts';
import {WORKER} from './workerSource.ts';

/** A program in the codes of the threads that run it. */
export interface CrewProgram {
  readonly codes: readonly Float64Array[];
  /** Addresses of the codes and of their table, where there are several threads. */
  readonly rooms: readonly number[];
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
export class Crew {
  private readonly words: Int32Array | undefined;
  private readonly wordsAddress: number;
  private readonly others: Thread[] = [];

  /** @param size  number of threads, the caller's included */
  constructor(
    private readonly heap: Heap,
    readonly size: number,
  ) {
    this.wordsAddress = size > 1 ? heap.allocate(4 * control.length) : 0;
    if (size === 1) return;
    this.words = new Int32Array(heap.memory.buffer, this.wordsAddress, control.length);
    this.words.fill(0);
    const module = kernelModule(true);
    for (let thread = 1; thread < size; thread++) {
      this.others.push(
        startThread({module, memory: heap.memory, words: this.wordsAddress, thread, threads: size}, () => this.fail()),
      );
    }
  }

  /** Threads that run a program now: all of them, or the caller alone. */
  get available(): number {
    return this.words && Atomics.load(this.words, control.started) === this.size - 1 ? this.size : 1;
  }

  /** @param threads  1, or the whole crew */
  prepare(program: Program, threads: number): CrewProgram {
    const codes = Array.from({length: threads}, (_, thread) => Float64Array.from(encode(program, thread, threads)));
    if (threads === 1) return {codes, rooms: []};
    const rooms = codes.map((code) => {
      const address = this.heap.allocate(code.byteLength);
      new Float64Array(this.heap.memory.buffer, address, code.length).set(code);
      return address;
    });
    const table = this.heap.allocate(8 * threads);
    new Int32Array(this.heap.memory.buffer, table, 2 * threads).set(
      codes.flatMap((code, thread) => [rooms[thread], code.length]),
    );
    return {codes, rooms: [...rooms, table]};
  }

  /** @throws Error if a thread fails */
  run({codes, rooms}: CrewProgram): void {
    const {words} = this;
    if (codes.length === 1 || !words) {
      execute(this.heap.kernels, codes[0], () => {});
      return;
    }
    Atomics.store(words, control.table, rooms[rooms.length - 1]);
    Atomics.add(words, control.program, 1);
    Atomics.notify(words, control.program);
    execute(this.heap.kernels, codes[0], () => waitForAll(words, this.size));
  }

  discard({rooms}: CrewProgram): void {
    for (const room of rooms) this.heap.release(room);
  }

  /**
   * Ends the threads, also those that hang; the caller runs alone from now on. Resolves when they are gone. Their words stay
   * where they are: one may still be looking at them.
   */
  async end(): Promise<void> {
    if (this.words) Atomics.store(this.words, control.started, 0);
    await Promise.all(this.others.splice(0).map((thread) => thread.end()));
  }

  private fail(): void {
    if (this.words) Atomics.store(this.words, control.failed, 1);
  }
}

/** True where threads can share memory with this one. */
export function canStartThreads(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false;
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
