import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup. */
export const SPLITS_THREADS = 256;

/**
 * Adds the splits of one of several terms up: `[splits, terms, length]` to `[length]`.
 *
 * A workgroup has THREADS.x numbers; the THREADS.y threads of each share its splits, and their sums are added up in the
 * workgroup's memory.
 */
export const sumSplits: GpuProgram = {
  name: 'sumSplits',
  inputs: {partial: 1},
  output: 1,
  uniforms: ['length', 'splits', 'terms', 'term'],
  code: `
    var<workgroup> sums : array<f32, ${SPLITS_THREADS}>;

    fn main() {
      let at = groupIndex() * THREADS.x + i32(localId.x);
      var sum = 0.0;
      if (at < uniforms.length) {
        for (var split = i32(localId.y); split < uniforms.splits; split += THREADS.y) {
          sum += partial[(split * uniforms.terms + uniforms.term) * uniforms.length + at];
        }
      }
      sums[localIndex] = sum;
      workgroupBarrier();
      if (localId.y > 0u || at >= uniforms.length) {
        return;
      }
      for (var thread = 1; thread < THREADS.y; thread++) {
        sum += sums[thread * THREADS.x + i32(localId.x)];
      }
      result[at] = sum;
    }`,
};
