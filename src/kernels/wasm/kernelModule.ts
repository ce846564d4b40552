import {PLAIN, SHARED} from './binaries.ts';

/** The functions of the module; all pointers are byte addresses in its memory. See assembly/index.ts. */
export interface WasmKernels {
  multiplyTransposed(
    ptr: number,
    idx: number,
    slots: number,
    values: number,
    x: number,
    y: number,
    outputs: number,
    stride: number,
  ): void;
  multiplyRows(ptr: number, idx: number, values: number, x: number, y: number, rows: number, stride: number): void;
  addRows(
    ptr: number,
    idx: number,
    values: number,
    x: number,
    y: number,
    places: number,
    rows: number,
    stride: number,
  ): void;
  dotRows(ptr: number, idx: number, x: number, dy: number, out: number, rows: number, stride: number): void;
  addDotRows(
    ptr: number,
    idx: number,
    x: number,
    places: number,
    dy: number,
    out: number,
    rows: number,
    stride: number,
  ): void;
  clear(address: number, floats: number): void;
  transpose(
    from: number,
    rows: number,
    columns: number,
    fromStride: number,
    to: number,
    toStride: number,
    filled: number,
  ): void;
}

/** True where the engine has WebAssembly with 128-bit SIMD. */
export function supportsWasmKernels(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(decode(PLAIN));
}

/** The kernels on a memory of the caller's, which they read and write but never grow. */
export function instantiateKernels(memory: WebAssembly.Memory): WasmKernels {
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const module = new WebAssembly.Module(decode(isShared ? SHARED : PLAIN));
  return new WebAssembly.Instance(module, {env: {memory}}).exports as unknown as WasmKernels;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
