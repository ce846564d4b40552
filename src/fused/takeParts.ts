import type {WasmKernels} from '../kernels/wasm/kernelModule.ts';
import {claimPart, control, finishPart, waitForParts} from './control.ts';
import {execute} from './program.ts';

/** Does parts of the current program until none is left. */
export function takeParts(kernels: WasmKernels, memory: WebAssembly.Memory, words: Int32Array, program: number): void {
  for (;;) {
    const part = claimPart(words, program);
    if (part < 0) return;
    // To be read only with a part in hand: until it is done, the program is the same.
    const table = new Int32Array(memory.buffer, Atomics.load(words, control.table) + 12 * part, 3);
    const code = new Float64Array(memory.buffer, Atomics.load(words, control.code), table[2]);
    waitForParts(words, table[0]);
    execute(kernels, code, table[1], table[2]);
    finishPart(words);
  }
}
