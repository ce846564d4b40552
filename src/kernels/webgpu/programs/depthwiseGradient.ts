import type {GpuProgram} from '../gpu.ts';
import {columnSums} from './columnSums.ts';
import {IMAGE_UNIFORMS} from './filterGradient.ts';

/**
 * The gradient of the filter of a depthwise convolution: a row of the sums is a pixel of the output, a column an output channel at one
 * place in a row of the filter, and there is a term for each row of the filter: `[splits, kernelHeight, kernelWidth, channels]`.
 */
export function depthwiseGradient(kernelHeight: number): GpuProgram {
  const terms = Array.from({length: kernelHeight}, (_, row) => {
    const y = `(top + ${row})`;
    const input = `x[((sample * uniforms.height + ${y}) * uniforms.width + left) * uniforms.channels + channel]`;
    return `select(0.0, ${input} * gradient, isInside && ${y} >= 0 && ${y} < uniforms.height)`;
  });
  return columnSums(`depthwiseGradient${kernelHeight}`, ['x', 'dy'], terms, {
    uniforms: [...IMAGE_UNIFORMS, 'outChannels'],
    prepare: `
        let place = column / uniforms.outChannels;
        let outChannel = column - place * uniforms.outChannels;
        let channel = outChannel / (uniforms.outChannels / uniforms.channels);`,
    prepareRow: `
          let line = row / uniforms.outWidth;
          let sample = line / uniforms.outHeight;
          let top = (line - sample * uniforms.outHeight) * uniforms.strideY - uniforms.padY;
          let left = (row - line * uniforms.outWidth) * uniforms.strideX - uniforms.padX + place;
          let isInside = left >= 0 && left < uniforms.width;
          let gradient = dy[row * uniforms.outChannels + outChannel];`,
  });
}
