import {setFlagsFromString} from 'node:v8';
import {isKernelCompiled} from './kernelModule.ts';

/** The first V8 whose joining makes anything faster: that of Node 24. Node 22 takes the flag, too, and computes no faster. */
const FIRST_V8 = 13;

/**
 * Lets V8 join two 128-bit operations of the WebAssembly kernels into one of 256 bits: sparse and dense products take about two
 * thirds of the time, and results stay the same to the last bit. To be called before the first step, prediction or op.
 *
 * It sets V8's flag `--experimental-wasm-revectorize`, as `node --experimental-wasm-revectorize` does: an experiment of V8, which then
 * holds for all WebAssembly that the process compiles, so it is never set unless asked for. V8 joins on x64 processors with AVX2, and
 * leaves the kernels as they are on others.
 *
 * @throws Error if Node is older than 24, the processor is not x64, or kernels have been compiled already
 * @example
 * ```ts
 * import {joinVectors} from 'itop/node';
 * joinVectors();
 * await tf.setBackend('wasm');
 * ```
 */
export function joinVectors(): void {
  const {arch, version, versions} = process;
  if (arch !== 'x64' || !(Number.parseInt(versions.v8, 10) >= FIRST_V8)) {
    throw new Error(
      `joinVectors: needs Node 24 or later on an x64 processor, received Node ${version} on ${arch}. Leave the call out: ` +
        'the kernels work without it, in 128 bits.',
    );
  }
  if (isKernelCompiled()) {
    throw new Error(
      'joinVectors: must be called before any kernel is compiled, received a process that has computed with them already. ' +
        'Call it first of all, before models are trained or predict.',
    );
  }
  setFlagsFromString('--experimental-wasm-revectorize');
}
