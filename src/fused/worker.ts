import type {WasmKernels} from '../kernels/wasm/wasmKernels.ts';
import {control} from './control.ts';
import {nodeModule} from './nodeModule.ts';
import {takeParts} from './takeParts.ts';

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the words of `control`. */
  readonly words: number;
}

/** Looks for a new program before the thread goes to sleep: about the time between two programs of a step. */
const SPINS = 20_000;

/** The life of a thread: it does its share of every program until it is ended from outside. */
function serve({module, memory, words: address}: ThreadStart): never {
  const kernels = new WebAssembly.Instance(module, {env: {memory}}).exports as unknown as WasmKernels;
  const words = new Int32Array(memory.buffer, address, control.length);
  let seen = Atomics.load(words, control.program);
  Atomics.add(words, control.started, 1);
  for (;;) {
    for (let spin = 0; spin < SPINS && Atomics.load(words, control.program) === seen; spin++);
    Atomics.wait(words, control.program, seen);
    seen = Atomics.load(words, control.program);
    takeParts(kernels, memory, words, seen);
  }
}

/** The two kinds of host: worker_threads of Node, and Web Workers. */
const node = nodeModule('node:worker_threads');
if (node) serve(node.workerData as ThreadStart);
else {
  addEventListener('message', ({data}: MessageEvent<ThreadStart>) => serve(data));
}
