import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {oneHot, orderedBatches, shuffledBatches, shuffledOrder} from '../../src/data/batches.ts';
import type {Dataset} from '../../src/data/dataset.ts';
import {seededRandom} from '../../src/topology/random.ts';

/** Sample `i` has the pixels 2i and 2i + 1, each with one channel, and the label i % 10. */
function countingDataset(count: number): Dataset {
  return {
    inputs: Uint8Array.from({length: 2 * count}, (_, i) => i),
    labels: Uint8Array.from({length: count}, (_, i) => i % 10),
    count,
    sampleShape: [1, 2, 1],
    classes: 10,
  };
}

describe('shuffledBatches', () => {
  it('yields every sample once per epoch, with its label, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 120}), fc.integer({min: 1, max: 120}), fc.integer(), (count, size, seed) => {
        const batchSize = Math.min(count, size);
        const batches = shuffledBatches(countingDataset(count), seededRandom(seed), {batchSize});
        const epoch = [...batches.epoch()];
        expect(epoch.length).toBe(batches.perEpoch);
        const seen = epoch.flatMap(({inputs, labels, count}) => {
          expect([inputs.length, labels.length]).toEqual([2 * count, count]);
          return Array.from(labels, (label, row) => {
            const sample = Math.round(inputs[2 * row] * 255) / 2;
            expect(Math.round(inputs[2 * row + 1] * 255)).toBe(2 * sample + 1);
            expect(label).toBe(sample % 10);
            return sample;
          });
        });
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({length: count}, (_, i) => i));
      }),
    );
  });

  it('keeps the smaller last batch, or drops it if told', () => {
    const sizes = (dropSmallerLast: boolean) =>
      Array.from(
        shuffledBatches(countingDataset(10), seededRandom(1), {batchSize: 4, dropSmallerLast}).epoch(),
        ({count}) => count,
      );
    expect(sizes(false)).toEqual([4, 4, 2]);
    expect(sizes(true)).toEqual([4, 4]);
  });

  it('gives another order in every epoch, and the same ones from the same seed', () => {
    const labels = (batches: ReturnType<typeof shuffledBatches>) =>
      Array.from(batches.epoch()).flatMap((batch) => [...batch.labels]);
    const make = () => shuffledBatches(countingDataset(50), seededRandom(7), {batchSize: 20});
    const [first, second] = [make(), make()];
    const epochs = [labels(first), labels(first)];
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect([labels(second), labels(second)]).toEqual(epochs);
  });

  it('continues exactly from the state saved between two epochs', () => {
    const random = seededRandom(7);
    const batches = shuffledBatches(countingDataset(50), random, {batchSize: 50});
    batches.epoch().next();
    const continued = shuffledBatches(countingDataset(50), seededRandom(random.state()), {batchSize: 50});
    expect(continued.epoch().next().value).toEqual(batches.epoch().next().value);
  });

  it('normalises each channel by its own mean and deviation', () => {
    const dataset: Dataset = {
      inputs: Uint8Array.of(0, 255, 255, 51),
      labels: Uint8Array.of(0),
      count: 1,
      sampleShape: [1, 2, 2],
      classes: 2,
    };
    const normalization = {mean: [0.5, 0.2], std: [0.5, 0.4]};
    const [batch] = shuffledBatches(dataset, seededRandom(1), {batchSize: 1, normalization}).epoch();
    expect(Array.from(batch.inputs, (value) => Math.round(value * 1e6) / 1e6)).toEqual([-1, 2, 1, 0]);
  });

  it.each([[0], [11], [2.5]])('rejects a batch size of %d for 10 samples', (batchSize) => {
    expect(() => shuffledBatches(countingDataset(10), seededRandom(1), {batchSize})).toThrow(
      new RangeError(
        `batches: batchSize must be an integer in [1, 10], received ${batchSize}. Choose at most the number of samples.`,
      ),
    );
  });

  it.each([
    ['too many channels', {mean: [0, 0], std: [1, 1]}],
    ['a deviation of 0', {mean: [0], std: [0]}],
  ])('rejects a normalization with %s', (_, normalization) => {
    expect(() => orderedBatches(countingDataset(10), {batchSize: 5, normalization})).toThrow(
      `normalization must give a mean and a std above 0 for each of 1 channels, received mean [${normalization.mean}]`,
    );
  });
});

describe('batches of what is no data set', () => {
  const dataset = countingDataset(6);
  const batchesOf =
    (wrong: object, options: object = {}) =>
    () =>
      Array.from(orderedBatches({...dataset, ...wrong}, {batchSize: 3, ...options}).epoch());

  it.each<[string, object, string]>([
    ['floats for bytes', {inputs: new Float32Array(12)}, 'batches: inputs must be a Uint8Array, received {"0":0,'],
    [
      'more samples than bytes',
      {count: 8},
      'batches: dataset must have 2 bytes and a label for each sample, received 12 bytes and 6 labels for 8 samples of shape [1,2,1].',
    ],
    ['fewer labels', {labels: new Uint8Array(5)}, 'received 12 bytes and 5 labels for 6 samples'],
    ['another shape', {sampleShape: [3, 1]}, 'must have 3 bytes'],
    [
      'no shape',
      {sampleShape: undefined},
      'batches: sampleShape must be a list of positive integers, received undefined.',
    ],
  ])('are refused: %s', (_, wrong, message) => {
    expect(batchesOf(wrong)).toThrow(message);
  });

  it.each<[string, object, string]>([
    [
      'fewer bytes',
      {augment: (sample: Uint8Array) => sample.subarray(1)},
      'must return 2 bytes, as many as a sample has, received 1.',
    ],
    ['nothing', {augment: () => undefined}, 'received none'],
  ])('are refused where augment returns %s', (_, options, message) => {
    expect(batchesOf({}, options)).toThrow(message);
  });

  it('are refused with an option that is written wrongly, or without randomness', () => {
    expect(batchesOf({}, {dropSmallerlast: true})).toThrow('batches: dropSmallerLast must be written so');
    expect(() => shuffledBatches(dataset, {batchSize: 3} as never, undefined as never)).toThrow(
      'batches: random must be a function, received {"batchSize":3}. Pass seededRandom(1).',
    );
  });

  it('take the pixels of a canvas', () => {
    expect(batchesOf({inputs: new Uint8ClampedArray(dataset.inputs)})()).toEqual(batchesOf({})());
  });
});

describe('orderedBatches', () => {
  it('yields the samples in their own order, in every epoch', () => {
    const batches = orderedBatches(countingDataset(7), {batchSize: 3});
    for (let epoch = 0; epoch < 2; epoch++) {
      expect(Array.from(batches.epoch(), ({labels}) => [...labels])).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    }
  });
});

describe('shuffledOrder', () => {
  it('gives each of the 6 orders of 3 equally often', () => {
    const random = seededRandom(11);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = String(shuffledOrder(3, random));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('oneHot', () => {
  it('is 1 at the class and 0 elsewhere', () => {
    expect([...oneHot([2, 0], 3)]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it.each([0, 2.5, Number.POSITIVE_INFINITY])('refuses %d classes', (classes) => {
    expect(() => oneHot([0, 1], classes)).toThrow(`oneHot: classes must be a positive integer, received ${classes}.`);
  });

  it.each([3, -1, 0.5, Number.NaN])('refuses the label %d of 3 classes', (label) => {
    expect(() => oneHot([0, label, 1], 3)).toThrow(
      new RangeError(
        `oneHot: labels must be integers in [0, 2], received ${label} at index 1. Pass the number of classes.`,
      ),
    );
  });
});
