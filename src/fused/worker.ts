import type {WasmKernels} from '../kernels/wasm/kernelModule.ts';
import {control, waitForAll} from './control.ts';
import {nodeModule} from './nodeModule.ts';
import {execute} from './program.ts';

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the words of `control`. */
  readonly words: number;
  /** Its number, from 1 on; 0 is the thread that trains. */
  readonly thread: number;
  readonly threads: number;
}

/** Looks for a new program before the thread goes to sleep: about the time between two programs of a step. */
const SPINS = 20_000;

/** The life of a thread: it does its share of every program until it is ended from outside, or fails. */
export function serve({module, memory, words: address, thread, threads}: ThreadStart): void {
  const kernels = new WebAssembly.Instance(module, {env: {memory}}).exports as unknown as WasmKernels;
  const words = new Int32Array(memory.buffer, address, control.length);
  let seen = Atomics.load(words, control.program);
  Atomics.add(words, control.started, 1);
  for (;;) {
    for (let spin = 0; spin < SPINS && Atomics.load(words, control.program) === seen; spin++);
    Atomics.wait(words, control.program, seen);
    seen = Atomics.load(words, control.program);
    const table = new Int32Array(memory.buffer, Atomics.load(words, control.table), 2 * threads);
    const code = new Float64Array(memory.buffer, table[2 * thread], table[2 * thread + 1]);
    try {
      execute(kernels, code, () => waitForAll(words, threads));
    } catch {
      Atomics.store(words, control.failed, 1);
      return;
    }
  }
}

/** The two kinds of host: worker_threads of Node, and Web Workers. */
const node = nodeModule('node:worker_threads');
if (node) serve(node.workerData as ThreadStart);
else {
  addEventListener('message', ({data}: MessageEvent<ThreadStart>) => {
    serve(data);
    close();
  });
}
