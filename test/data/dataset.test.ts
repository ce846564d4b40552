import {describe, expect, it} from 'vitest';
import {concatDatasets, type Dataset, featuresOf, firstSamples} from '../../src/data/dataset.ts';

const two: Dataset = {
  inputs: Uint8Array.of(1, 2, 3, 4),
  labels: Uint8Array.of(0, 1),
  count: 2,
  sampleShape: [1, 2, 1],
  classes: 3,
};
const one: Dataset = {...two, inputs: Uint8Array.of(5, 6), labels: Uint8Array.of(2), count: 1};

describe('featuresOf', () => {
  it('is the product of the shape of a sample', () => {
    expect(featuresOf({...two, sampleShape: [32, 32, 3]})).toBe(3072);
  });
});

describe('firstSamples', () => {
  it('keeps the first samples without copying', () => {
    const first = firstSamples(two, 1);
    expect(first).toEqual({...two, inputs: Uint8Array.of(1, 2), labels: Uint8Array.of(0), count: 1});
    expect(first.inputs.buffer).toBe(two.inputs.buffer);
  });

  it.each([[0], [3], [1.5]])('rejects %d of 2', (count) => {
    expect(() => firstSamples(two, count)).toThrow(
      new RangeError(
        `firstSamples: count must be an integer in [1, 2], received ${count}. ` +
          'Ask for at most as many samples as there are.',
      ),
    );
  });
});

describe('concatDatasets', () => {
  it('puts the parts one after the other', () => {
    expect(concatDatasets([two, one])).toEqual({
      ...two,
      inputs: Uint8Array.of(1, 2, 3, 4, 5, 6),
      labels: Uint8Array.of(0, 1, 2),
      count: 3,
    });
  });

  it('rejects no parts', () => {
    expect(() => concatDatasets([])).toThrow('must hold at least one data set, received none');
  });

  it('rejects parts that differ in shape', () => {
    expect(() => concatDatasets([two, {...one, sampleShape: [2, 1, 1]}])).toThrow(
      new RangeError(
        'concatDatasets: all parts must have samples of shape [1,2,1] in 3 classes like the first, ' +
          'received [2,1,1] in 3 at index 1. Concatenate parts of one data set only.',
      ),
    );
  });
});
