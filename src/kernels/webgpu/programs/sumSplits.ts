import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup, each with one number. */
export const SUM_THREADS = 64;

/** Adds the splits of all dot products up: `[splits, length]` to `[length]`. */
export const sumSplits: GpuProgram = {
  name: 'sumSplits',
  inputs: {partial: 1},
  output: 1,
  uniforms: ['splits', 'length'],
  code: `
    fn main() {
      let at = groupIndex() * ${SUM_THREADS} + i32(localIndex);
      if (at >= uniforms.length) {
        return;
      }
      var sum = 0.0;
      for (var split = 0; split < uniforms.splits; split++) {
        sum += partial[split * uniforms.length + at];
      }
      result[at] = sum;
    }`,
};
