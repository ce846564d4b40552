import type {GpuProgram} from '../gpu.ts';
import {overRows} from './rows.ts';

/** The losses of the rows, `[rows]`; labels may be integers, too. */
export const crossEntropy = crossEntropyProgram(
  'crossEntropy',
  ['labels', 'output'],
  `
        var loss = 0.0;
        for (var at = begin; at < end; at++) {
          loss -= f32(labels[at]) * logarithm(output[at] / sum);
        }
        result[row] = loss;`,
);

/** The gradient of the output, `[rows, classes]`; probabilities that were clipped pass none. */
export const crossEntropyGradient = crossEntropyProgram(
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
 * [ε, 1 − ε]. One that is NaN makes a loss that is, which `clamp` and `log` do not promise; `isnan` comes with every program of tfjs.
 */
function crossEntropyProgram(name: string, inputs: readonly string[], body: string): GpuProgram {
  const sum = `
      var sum = 0.0;
      for (var at = begin; at < end; at++) {
        sum += output[at];
      }`;
  const functions = `
    fn clipped(p : f32) -> f32 {
      return clamp(p, uniforms.epsilon, 1.0 - uniforms.epsilon);
    }

    fn logarithm(p : f32) -> f32 {
      return select(log(clipped(p)), p, isnan(p));
    }`;
  return overRows(name, inputs, sum + body, {floats: ['epsilon'], functions});
}
