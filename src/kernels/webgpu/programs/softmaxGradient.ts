import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup, each with one row. */
export const ROW_THREADS = 64;

/** The gradient of the logits, `[rows, classes]`, from that of the probabilities `y`. */
export const softmaxGradient: GpuProgram = {
  name: 'softmaxGradient',
  inputs: {dy: 1, y: 1},
  output: 1,
  uniforms: ['rows', 'classes'],
  code: `
    fn main() {
      let row = groupIndex() * ${ROW_THREADS} + i32(localIndex);
      if (row >= uniforms.rows) {
        return;
      }
      let begin = row * uniforms.classes;
      let end = begin + uniforms.classes;
      var sum = 0.0;
      for (var at = begin; at < end; at++) {
        sum += dy[at] * y[at];
      }
      for (var at = begin; at < end; at++) {
        result[at] = dy[at] * y[at] - sum * y[at];
      }
    }`,
};
