import {checkDataset, type Dataset} from './dataset.ts';

/** Turns bytes into the numbers that a network sees: `(byte / 255 − mean[c]) / std[c]` for channel `c`. */
export interface Normalization {
  /** Mean of each channel, in units of full brightness, that is in [0, 1]. */
  readonly mean: readonly number[];
  /** Standard deviation of each channel, in the same units, above 0. */
  readonly std: readonly number[];
}

/**
 * The normalisation that gives a data set mean 0 and standard deviation 1 in every channel.
 *
 * Take it from the training part and use it for the test part too.
 *
 * @throws RangeError if all pixels of a channel are equal, or the data set has not as many bytes as its shape says
 */
export function normalizationOf(dataset: Dataset): Normalization {
  checkDataset('normalizationOf', dataset);
  const {inputs, sampleShape} = dataset;
  const channels = sampleShape[sampleShape.length - 1];
  const counts = new Float64Array(channels * 256);
  for (let i = 0; i < inputs.length; ) {
    for (let channel = 0; channel < channels; channel++) counts[channel * 256 + inputs[i++]]++;
  }
  const pixels = inputs.length / channels;
  const mean: number[] = [];
  const std: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const histogram = counts.subarray(channel * 256, (channel + 1) * 256);
    const average = histogram.reduce((sum, count, byte) => sum + (count * byte) / 255, 0) / pixels;
    const variance = histogram.reduce((sum, count, byte) => sum + count * (byte / 255 - average) ** 2, 0) / pixels;
    if (!(histogram.filter((count) => count > 0).length > 1)) {
      throw new RangeError(
        `normalizationOf: every channel must hold at least two different values, received one in channel ${channel} ` +
          `of ${pixels} pixels. Leave the normalization out.`,
      );
    }
    mean.push(average);
    std.push(Math.sqrt(variance));
  }
  return {mean, std};
}
