import type {NodeGPUAdapter} from 'itop/node';
import type {Check} from './gpuChecks.ts';
import type {Memory} from './memory.ts';
import type {Case, Timing} from './race.ts';

/** A row of the results, as `--json` writes it: what took so long, or so much memory. */
export type BenchResult = TimeResult | MemoryResult;

interface Row {
  readonly backend: string;
  readonly model: string;
  /** Part of the measurements: with the batch for products, which have a table for each. */
  readonly part: string;
  readonly what: string;
}

export interface TimeResult extends Row {
  readonly timings: readonly Timing[];
}

export interface MemoryResult extends Row {
  readonly memory: readonly Memory[];
}

/** `npm run bench -- --json FILE` */
export interface BenchReport {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly tfjs: string;
    /** What the part `webgpu` ran on. */
    readonly gpu?: NodeGPUAdapter;
  };
  /** When it began and ended, ISO 8601. */
  readonly date: string;
  readonly end: string;
  /** Average number of busy processes in the minute before and at the end. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** Results of the GPU beside the host's, where they were asked for. */
  readonly checks: readonly Check[];
  readonly results: readonly BenchResult[];
}

/** The rows of a case: its own, and those that contestants have beside it, with what is dense in each. */
export function rowsOf({what}: Case, timings: readonly Timing[]): {what: string; timings: Timing[]}[] {
  const rows = [...new Set(timings.map(({row}) => row ?? what))];
  const isDense = ({label}: Timing) => label === 'dense';
  return rows.map((row) => ({
    what: row,
    timings: timings.filter((timing) => (timing.row ?? what) === row || isDense(timing)),
  }));
}

/** How many times faster than dense: by the CPU times where they are known, else by the best; undefined where nothing dense does the same. */
export function speedup(timing: Timing, timings: readonly Timing[]): number | undefined {
  const dense = timings.find(({label}) => label === 'dense');
  if (!dense || timing === dense || timing.label === 'copy') return undefined;
  return dense.cpu !== undefined && timing.cpu !== undefined ? dense.cpu / timing.cpu : dense.min / timing.min;
}

/** Billions of multiplications and additions in a second, by the best time. */
export function gigaflops({flops, min}: Timing): number | undefined {
  return flops === undefined ? undefined : flops / min / 1e6;
}

/** Billions of bytes in a second, by the best time, of those that must be read and written. */
export function gigabytes({bytes, min}: Timing): number | undefined {
  return bytes === undefined ? undefined : bytes / min / 1e6;
}

/** GB/s over those of a copy, where that was measured beside. */
export function shareOfCopy(timing: Timing, timings: readonly Timing[]): number | undefined {
  const copy = timings.find(({label}) => label === 'copy');
  return copy && timing !== copy ? gigabytes(timing)! / gigabytes(copy)! : undefined;
}

/** GFLOP/s over those of the core's SIMD peak, where that was measured beside. */
export function shareOfPeak(timing: Timing, timings: readonly Timing[]): number | undefined {
  const peak = timings.find(({label}) => label === 'SIMD peak');
  return peak && timing !== peak ? gigaflops(timing)! / gigaflops(peak)! : undefined;
}
