import type {WasmKernels} from '../kernels/wasm/wasmKernels.ts';

/** One call of a loop. */
export interface Call {
  readonly kernel: keyof WasmKernels;
  readonly args: readonly number[];
}

/** Parts that do not depend on each other, each a list of calls in order. */
export type Phase = readonly (readonly Call[])[];

/** Phases one after the other. */
export type Program = readonly Phase[];

/** The loops by the number that stands for them in the code of a thread. */
const KERNELS: readonly (keyof WasmKernels)[] = [
  'loadBlock',
  'storeBlock',
  'gather',
  'scatter',
  'clear',
  'copy',
  'multiplyTiles',
  'convolve',
  'gatherGradient',
  'addConvolutionDots',
  'multiplyDense',
  'denseDots',
  'addChannelSums',
  'maxPool',
  'maxPoolGradient',
  'maxGradient',
  'averagePool',
  'averagePoolGradient',
  'moments',
  'combineMoments',
  'movingMoments',
  'normalize',
  'addNormalizationSums',
  'normalizationGradient',
  'addTo',
  'multiplyBy',
  'activate',
  'activationGradient',
  'dropoutMask',
  'fillHalo',
  'foldHalo',
  'addStrips',
  'regularize',
  'sgd',
  'momentum',
  'adam',
  'rmsprop',
];

/** A program as numbers, which threads read in the memory that they share. */
export interface Encoded {
  /** Calls one after the other: loop, number of arguments, arguments. */
  readonly code: readonly number[];
  /** For each part three numbers: the first part of its phase, its place in the code, and the place after it. */
  readonly table: readonly number[];
}

export function encode(program: Program): Encoded {
  const code: number[] = [];
  const table: number[] = [];
  for (const phase of program) {
    const first = table.length / 3;
    for (const part of phase) {
      const begin = code.length;
      for (const {kernel, args} of part) code.push(KERNELS.indexOf(kernel), args.length, ...args);
      table.push(first, begin, code.length);
    }
  }
  return {code, table};
}

/** Runs the calls between two places of the code. */
export function execute(kernels: WasmKernels, code: ArrayLike<number>, begin: number, end: number): void {
  const args: number[] = [];
  for (let at = begin; at < end; ) {
    const kernel = KERNELS[code[at++]];
    args.length = code[at++];
    for (let i = 0; i < args.length; i++) args[i] = code[at++];
    (kernels[kernel] as (...args: number[]) => void)(...args);
  }
}
