import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup. */
export const SPLITS_THREADS = 256;

/** Adds splits up: `[splits, length]` to `[length]`. */
export const sumSplits = overSplits('sumSplits', []);

/** The same of two terms: `[splits, 2, length]` to `[length]` each. */
export const sumSplitsOfPairs = overSplits('sumSplitsOfPairs', ['second']);

/**
 * A workgroup has THREADS.x numbers; the THREADS.y threads of each share its splits, and their sums are added up in the
 * workgroup's memory.
 *
 * @param further  where the sums of the terms behind the first go
 */
function overSplits(name: string, further: readonly string[]): GpuProgram {
  const results = ['result', ...further];
  const each = (line: (result: string, term: number) => string) => results.map(line).join('\n      ');
  return {
    name,
    inputs: {partial: 1},
    output: 1,
    further,
    uniforms: ['length', 'splits'],
    code: `
    var<workgroup> sums : array<array<f32, ${SPLITS_THREADS}>, ${results.length}>;

    fn main() {
      let at = groupIndex() * THREADS.x + i32(localId.x);
      ${each((_, term) => `var sum${term} = 0.0;`)}
      if (at < uniforms.length) {
        for (var split = i32(localId.y); split < uniforms.splits; split += THREADS.y) {
          let begin = split * ${results.length} * uniforms.length + at;
          ${each((_, term) => `sum${term} += partial[begin + ${term} * uniforms.length];`)}
        }
      }
      ${each((_, term) => `sums[${term}][localIndex] = sum${term};`)}
      workgroupBarrier();
      if (localId.y > 0u || at >= uniforms.length) {
        return;
      }
      for (var thread = 1; thread < THREADS.y; thread++) {
        ${each((_, term) => `sum${term} += sums[${term}][thread * THREADS.x + i32(localId.x)];`)}
      }
      ${each((result, term) => `${result}[at] = sum${term};`)}
    }`,
  };
}
