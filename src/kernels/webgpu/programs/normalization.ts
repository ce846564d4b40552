import {columnSums} from './columnSums.ts';
import {elementwise} from './elementwise.ts';

/**
 * Batch normalisation over the rows of `x [rows, channels]`, in training.
 *
 * `sums [2, channels]` are those of x and of its square, both less the first row of x: near enough to the mean that nothing is
 * lost when squares are subtracted.
 */
export const normalizationSums = columnSums(
  'normalizationSums',
  ['x'],
  ['x[at] - shift', '(x[at] - shift) * (x[at] - shift)'],
  {
    prepare: 'let shift = x[column];',
  },
);

/** What is known of a channel from its sums. */
const moments = (channel: string) => `
      let channel = ${channel};
      let meanOfShifted = sums[channel] * uniforms.perRow;
      let mean = x[channel] + meanOfShifted;
      let variance = max(0.0, sums[uniforms.channels + channel] * uniforms.perRow - meanOfShifted * meanOfShifted);`;

const deviation = 'let inverse = inverseSqrt(variance + uniforms.epsilon);';

/** `[rows, channels]` */
export const normalize = elementwise(
  'normalize',
  ['x', 'sums', 'gamma', 'beta'],
  '(x[at] - mean) * inverse * gamma[channel] + beta[channel]',
  {
    uniforms: ['channels'],
    floats: ['perRow', 'epsilon'],
    prepare: moments('at % uniforms.channels') + deviation,
  },
);

/** A moving average of the mean, or of the variance, `[channels]`. */
export const movingMean = movingAverage('movingMean', 'mean');
export const movingVariance = movingAverage('movingVariance', 'variance');

function movingAverage(name: string, moment: 'mean' | 'variance') {
  return elementwise(name, ['average', 'x', 'sums'], `average[at] - (average[at] - ${moment}) * uniforms.decay`, {
    uniforms: ['channels'],
    floats: ['perRow', 'decay'],
    prepare: moments('at'),
  });
}

/** `[2, channels]`: the gradients of beta and of gamma. */
export const normalizationGradientSums = columnSums(
  'normalizationGradientSums',
  ['dy', 'x', 'sums'],
  ['dy[at]', 'dy[at] * (x[at] - mean) * inverse'],
  {
    floats: ['perRow', 'epsilon'],
    prepare: moments('column').replaceAll('uniforms.channels', 'uniforms.columns') + deviation,
  },
);

/** The gradient of x, `[rows, channels]`. */
export const normalizationGradient = elementwise(
  'normalizationGradient',
  ['dy', 'x', 'sums', 'gamma', 'gradients'],
  `gamma[channel] * inverse * (dy[at] - uniforms.perRow *
        (gradients[channel] + (x[at] - mean) * inverse * gradients[uniforms.channels + channel]))`,
  {
    uniforms: ['channels'],
    floats: ['perRow', 'epsilon'],
    prepare: moments('at % uniforms.channels') + deviation,
  },
);
