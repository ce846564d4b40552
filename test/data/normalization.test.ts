import {describe, expect, it} from 'vitest';
import type {Dataset} from '../../src/data/dataset.ts';
import {normalizationOf} from '../../src/data/normalization.ts';

describe('normalizationOf', () => {
  it('gives mean and standard deviation of each channel', () => {
    // Channel 0: 0, 255, 0, 255: mean 0.5, deviation 0.5. Channel 1: 51, 51, 51, 255: mean 0.4, deviation 0.3464.
    const inputs = Uint8Array.of(0, 51, 255, 51, 0, 51, 255, 255);
    const dataset: Dataset = {inputs, labels: Uint8Array.of(0, 1), count: 2, sampleShape: [1, 2, 2], classes: 2};
    const {mean, std} = normalizationOf(dataset);
    expect(mean[0]).toBeCloseTo(0.5, 12);
    expect(std[0]).toBeCloseTo(0.5, 12);
    expect(mean[1]).toBeCloseTo(0.4, 12);
    expect(std[1]).toBeCloseTo(Math.sqrt(0.12), 12);
  });

  it('rejects a channel of one value', () => {
    const inputs = Uint8Array.of(7, 7);
    const dataset: Dataset = {inputs, labels: Uint8Array.of(0, 1), count: 2, sampleShape: [1, 1, 1], classes: 2};
    expect(() => normalizationOf(dataset)).toThrow(
      new RangeError(
        'normalizationOf: every channel must hold at least two different values, received one in channel 0 of 2 pixels. ' +
          'Leave the normalization out.',
      ),
    );
  });
});
