import type {Timing} from './race.ts';

/** What a case took, as `--json` writes it. */
export interface BenchResult {
  readonly backend: string;
  readonly model: string;
  readonly what: string;
  readonly timings: readonly Timing[];
}

/** How many times faster than dense, by the best times; undefined where nothing dense does the same. */
export function speedup(timing: Timing, timings: readonly Timing[]): number | undefined {
  const dense = timings.find(({label}) => label === 'dense');
  return dense && timing !== dense ? dense.min / timing.min : undefined;
}
