import fc from 'fast-check';
import {cropAndFlip, seededRandom, shuffledBatches} from 'itop/data';
import {describe, expect, it} from 'vitest';

/** A source that gives these numbers in turn. */
function given(...numbers: number[]) {
  return () => numbers.shift()!;
}

describe('cropAndFlip', () => {
  // Rows 1 2 3 / 4 5 6 / 7 8 9; a shift is floor(3 · number) − 1: 0 is −1, 0.5 is 0, 0.9 is +1.
  const image = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const shape = [3, 3, 1];

  it('leaves an image as it is without shift and mirror', () => {
    const augment = cropAndFlip({shape, padding: 1, random: given(0.5, 0.5, 0.5)});
    expect([...augment(image)]).toEqual([...image]);
  });

  it('mirrors left and right', () => {
    const augment = cropAndFlip({shape, padding: 1, random: given(0.5, 0.5, 0.49)});
    expect([...augment(image)]).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
  });

  it('moves up and fills the border by reflection without its edge', () => {
    const augment = cropAndFlip({shape, padding: 1, random: given(0.9, 0.5, 0.5)});
    expect([...augment(image)]).toEqual([4, 5, 6, 7, 8, 9, 4, 5, 6]);
  });

  it('moves right and mirrors what it moved', () => {
    const moved = cropAndFlip({shape, padding: 1, random: given(0.5, 0, 0.5)});
    expect([...moved(image)]).toEqual([2, 1, 2, 5, 4, 5, 8, 7, 8]);
    const mirrored = cropAndFlip({shape, padding: 1, random: given(0.5, 0, 0)});
    expect([...mirrored(image)]).toEqual([2, 1, 2, 5, 4, 5, 8, 7, 8]);
  });

  it('keeps the channels of a pixel together, whatever the shape', () => {
    fc.assert(
      fc.property(fc.integer({min: 2, max: 9}), fc.integer({min: 2, max: 9}), fc.string(), (height, width, seed) => {
        const padding = Math.min(height, width) - 1;
        const augment = cropAndFlip({shape: [height, width, 3], padding, random: seededRandom(seed)});
        const pixels = Uint8Array.from({length: height * width * 3}, (_, i) => Math.floor(i / 3) + (i % 3) * 85);
        const out = augment(pixels);
        for (let i = 0; i < out.length; i += 3) {
          expect([out[i + 1], out[i + 2]]).toEqual([out[i] + 85, out[i] + 170]);
        }
      }),
    );
  });

  it('serves shuffledBatches, where samples that share its array do not mix', () => {
    const count = 6;
    const inputs = Uint8Array.from({length: count * 9}, (_, i) => 10 * Math.floor(i / 9));
    const dataset = {inputs, labels: new Uint8Array(count).map((_, i) => i), count, sampleShape: shape, classes: 6};
    const augment = cropAndFlip({shape, padding: 2, random: seededRandom(1)});
    const [batch] = shuffledBatches(dataset, seededRandom(2), {batchSize: count, augment}).epoch();
    batch.inputs.forEach((value, i) => {
      expect(value).toBeCloseTo((10 * batch.labels[Math.floor(i / 9)]) / 255, 6);
    });
  });

  it('rejects an image of another size', () => {
    const augment = cropAndFlip({shape: [3, 3, 1], padding: 1, random: seededRandom(1)});
    expect(() => augment(new Uint8Array(4))).toThrow(
      'cropAndFlip: image must have 9 bytes for the shape [3,3,1], received 4. Pass the sampleShape of the images.',
    );
  });

  it('rejects shapes and paddings that do not fit', () => {
    const random = seededRandom(1);
    expect(() => cropAndFlip({shape: [9], random})).toThrow('shape must be [height, width, channels], received [9]');
    expect(() => cropAndFlip({shape: [4, 3, 1], padding: 3, random})).toThrow('padding must be an integer in [0, 2]');
  });
});
