import type {WasmKernels} from '../kernels/wasm/kernelModule.ts';

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
  'clear',
  'copy',
  'convolve',
  'addTransposedConvolution',
  'addConvolutionDots',
  'addChannelSums',
  'maxPool',
  'maxPoolGradient',
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
  'regularize',
  'sgd',
  'momentum',
  'adam',
  'rmsprop',
];

/** Stands between two phases: every thread waits here for the others. */
const BARRIER = -1;

/**
 * What one of several threads does of a program: every part of a phase is done by one of them, in turn.
 *
 * @returns numbers as {@link execute} reads them: loop, number of arguments, arguments; or a barrier
 */
export function encode(program: Program, thread: number, threads: number): number[] {
  const code: number[] = [];
  for (const phase of program) {
    for (let i = thread; i < phase.length; i += threads) {
      for (const {kernel, args} of phase[i]) code.push(KERNELS.indexOf(kernel), args.length, ...args);
    }
    code.push(BARRIER);
  }
  return code;
}

/** Runs the code of a thread. */
export function execute(kernels: WasmKernels, code: ArrayLike<number>, barrier: () => void): void {
  const args: number[] = [];
  for (let at = 0; at < code.length; ) {
    const number = code[at++];
    if (number === BARRIER) {
      barrier();
      continue;
    }
    args.length = code[at++];
    for (let i = 0; i < args.length; i++) args[i] = code[at++];
    (kernels[KERNELS[number]] as (...args: number[]) => void)(...args);
  }
}
