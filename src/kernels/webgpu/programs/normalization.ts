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

/** What is known of a channel from its sums. A variance that is NaN stays so, which `max` does not promise. */
const moments = (channel: string, channels = 'uniforms.channels') => `
      let channel = ${channel};
      let meanOfShifted = sums[channel] * uniforms.perRow;
      let mean = x[channel] + meanOfShifted;
      let spread = sums[${channels} + channel] * uniforms.perRow - meanOfShifted * meanOfShifted;
      let variance = select(spread, 0.0, spread < 0.0);`;

const deviation = 'let inverse = inverseSqrt(variance + uniforms.epsilon);';

/** The moving averages of the mean, and besides of the variance, both `[channels]`. */
export const movingAverages = elementwise(
  'movingAverages',
  ['means', 'variances', 'x', 'sums'],
  'means[at] - (means[at] - mean) * uniforms.decay',
  {
    uniforms: ['channels'],
    floats: ['perRow', 'decay'],
    prepare: `${moments('at')}
      nextVariances[at] = variances[at] - (variances[at] - variance) * uniforms.decay;`,
    further: ['nextVariances'],
  },
);

/** What goes through the rows, without and with a relu behind. */
export const linear = withActivation('', 'z', 'dy[at]', []);
export const relu = withActivation('Relu', 'select(z, 0.0, z < 0.0)', 'select(0.0, dy[at], y[at] > 0.0)', ['y']);

/**
 * @param suffix      of the programs' names
 * @param activation  of `z`, which is normalised
 * @param dz          the gradient before the activation
 * @param operands    what that reads besides `dy`
 */
function withActivation(suffix: string, activation: string, dz: string, operands: readonly string[]) {
  const floats = ['perRow', 'epsilon'];
  const prepare = moments('at % uniforms.channels') + deviation;
  const perNumber = {uniforms: ['channels'], floats, prepare};
  return {
    /** `[rows, channels]` */
    normalize: elementwise(`normalize${suffix}`, ['x', 'sums', 'gamma', 'beta'], activation, {
      ...perNumber,
      prepare: `${prepare} let z = (x[at] - mean) * inverse * gamma[channel] + beta[channel];`,
    }),
    /** The sums that are the gradients of beta and of gamma. */
    gradientSums: columnSums(
      `normalizationGradientSums${suffix}`,
      ['dy', 'x', 'sums', ...operands],
      [dz, `${dz} * (x[at] - mean) * inverse`],
      {floats, prepare: moments('column', 'uniforms.columns') + deviation},
    ),
    /** The gradient of x, `[rows, channels]`. */
    gradient: elementwise(
      `normalizationGradient${suffix}`,
      ['dy', 'x', 'sums', 'gamma', 'dBeta', 'dGamma', ...operands],
      `gamma[channel] * inverse * (${dz} -
          uniforms.perRow * (dBeta[channel] + (x[at] - mean) * inverse * dGamma[channel]))`,
      perNumber,
    ),
  };
}
