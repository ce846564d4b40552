import {BINARIES} from './binaries.ts';
import {withSharedMemory} from './sharedMemory.ts';
import type {WasmKernels} from './wasmKernels.ts';

/** Samples that the loops hold in registers: the largest block. */
export const BLOCK = 32;

/** Samples of a full block of images, whose rows are many: so more of them stay in the caches, and small batches have several blocks. */
export const IMAGE_BLOCK = 16;

let isSupported: boolean | undefined;
let isCompiled = false;

/** True where the engine has WebAssembly with 128-bit SIMD, may compile it, and has address space for a memory. */
export function supportsWasmKernels(): boolean {
  isSupported ??= canStart();
  return isSupported;
}

/**
 * The Content-Security-Policy of a page may forbid to compile what is valid. Where address space is limited (`ulimit -v`), an engine
 * may be unable to reserve what it needs for any memory, however small.
 */
function canStart(): boolean {
  try {
    return Boolean(new WebAssembly.Module(binaryOf(false)) && new WebAssembly.Memory({initial: 1, maximum: 1024}));
  } catch {
    return false;
  }
}

/**
 * True where the engine has relaxed SIMD, whose multiply-add is fused: faster, and rounded once instead of twice, so that the
 * last digits differ from those of other engines.
 */
export function supportsRelaxedSimd(): boolean {
  return WebAssembly.validate(binaryOf(true));
}

/** True once the kernels were compiled: what is set for the engine later does not reach them. */
export function isKernelCompiled(): boolean {
  return isCompiled;
}

/**
 * The module, to be instantiated on a memory.
 *
 * @param isShared   whether the memory is shared between threads
 * @param isRelaxed  fused multiply-adds. @defaultValue where the engine has them
 */
export function kernelModule(isShared: boolean, isRelaxed = supportsRelaxedSimd()): WebAssembly.Module {
  isCompiled = true;
  const binary = binaryOf(isRelaxed);
  return new WebAssembly.Module(isShared ? withSharedMemory(binary) : binary);
}

/** The kernels on a memory of the caller's, plain or shared, which they read and write but never grow. */
export function instantiateKernels(memory: WebAssembly.Memory, isRelaxed?: boolean): WasmKernels {
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const instance = new WebAssembly.Instance(kernelModule(isShared, isRelaxed), {env: {memory}});
  return instance.exports as unknown as WasmKernels;
}

function binaryOf(isRelaxed: boolean): Uint8Array<ArrayBuffer> {
  const [begin, relaxed, end] = BINARIES;
  const hexadecimal = isRelaxed ? relaxed : begin + end;
  const bytes = new Uint8Array(hexadecimal.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hexadecimal.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
