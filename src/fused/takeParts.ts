import type {WasmKernels} from '../kernels/wasm/wasmKernels.ts';
import {claimPart, control, fail, finishPart, hasFailed, waitForParts} from './control.ts';
import {execute} from './program.ts';

/**
 * Does parts of the current program until none is left. Every part that was claimed is finished, also one that fails: then the
 * program has failed, but when all parts are finished nobody writes into the memory any more.
 */
export function takeParts(kernels: WasmKernels, memory: WebAssembly.Memory, words: Int32Array, program: number): void {
  for (;;) {
    const part = claimPart(words, program);
    if (part < 0) return;
    try {
      takePart(kernels, memory, words, part);
    } catch {
      fail(words);
    }
    finishPart(words);
  }
}

function takePart(kernels: WasmKernels, memory: WebAssembly.Memory, words: Int32Array, part: number): void {
  if (hasFailed(words)) return;
  // To be read only with a part in hand: until it is done, the program is the same.
  const at = unsigned(words, control.table) + 12 * part;
  const table = new Int32Array(bufferUpTo(memory, at + 12), at, 3);
  const begin = unsigned(words, control.code);
  const code = new Float64Array(bufferUpTo(memory, begin + 8 * table[2]), begin, table[2]);
  waitForParts(words, table[0]);
  if (!hasFailed(words)) execute(kernels, code, table[1], table[2]);
}

/** An address, which may lie above 2 GiB. */
function unsigned(words: Int32Array, word: number): number {
  return Atomics.load(words, word) >>> 0;
}

/**
 * The memory, up to an address that another thread has allocated. A thread learns of growing with a delay, and of growing while it starts
 * it may never learn in V8; what it does not know of does not lie in its buffer. Growing by nothing tells it.
 */
function bufferUpTo(memory: WebAssembly.Memory, end: number): ArrayBufferLike {
  if (memory.buffer.byteLength < end) memory.grow(0);
  return memory.buffer;
}
