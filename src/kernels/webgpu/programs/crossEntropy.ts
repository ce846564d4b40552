import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup, each with one row. */
export const ROW_THREADS = 64;

/** The losses of the rows, `[rows]`; labels may be integers, too. */
export const crossEntropy = overRows(
  'crossEntropy',
  ['labels', 'output'],
  `
        var loss = 0.0;
        for (var at = begin; at < end; at++) {
          loss -= f32(labels[at]) * log(clipped(output[at] / sum));
        }
        result[row] = loss;`,
);

/** The gradient of the output, `[rows, classes]`; probabilities that were clipped pass none. */
export const crossEntropyGradient = overRows(
  'crossEntropyGradient',
  ['dy', 'labels', 'output'],
  `
        var weighted = 0.0;
        for (var at = begin; at < end; at++) {
          let p = output[at] / sum;
          weighted += select(0.0, f32(labels[at]), p == clipped(p));
        }
        for (var at = begin; at < end; at++) {
          let p = output[at] / sum;
          let gradient = select(0.0, f32(labels[at]) / p, p == clipped(p));
          result[at] = dy[row] * (weighted - gradient) / sum;
        }`,
);

/**
 * Categorical cross-entropy as tfjs has it: the probabilities of a row are divided by their sum once more, and clipped to
 * [ε, 1 − ε].
 */
function overRows(name: string, inputs: readonly string[], body: string): GpuProgram {
  return {
    name,
    inputs: Object.fromEntries(inputs.map((input) => [input, 1])),
    output: 1,
    uniforms: ['rows', 'classes'],
    floats: ['epsilon'],
    code: `
    fn clipped(p : f32) -> f32 {
      return clamp(p, uniforms.epsilon, 1.0 - uniforms.epsilon);
    }

    fn main() {
      let row = groupIndex() * ${ROW_THREADS} + i32(localIndex);
      if (row >= uniforms.rows) {
        return;
      }
      let begin = row * uniforms.classes;
      let end = begin + uniforms.classes;
      var sum = 0.0;
      for (var at = begin; at < end; at++) {
        sum += output[at];
      }
      ${body}
    }`,
  };
}
