import {describe, expect, it} from 'vitest';
import {syntheticDigits} from '../../src/data/syntheticDigits.ts';
import {seededRandom} from '../../src/topology/random.ts';

describe('syntheticDigits', () => {
  const digits = syntheticDigits({count: 500, random: seededRandom(1)});

  it('has the format of MNIST', () => {
    expect(digits).toMatchObject({count: 500, sampleShape: [28, 28, 1], classes: 10});
    expect(digits.inputs.length).toBe(500 * 784);
    expect(new Set(digits.labels).size).toBe(10);
  });

  it('gives the same images for the same seed and others for another', () => {
    expect(syntheticDigits({count: 500, random: seededRandom(1)})).toEqual(digits);
    expect(syntheticDigits({count: 500, random: seededRandom(2)}).inputs).not.toEqual(digits.inputs);
  });

  it('draws white on black, in the middle', () => {
    const mean = digits.inputs.reduce((sum, byte) => sum + byte, 0) / digits.inputs.length / 255;
    expect(mean).toBeGreaterThan(0.08);
    expect(mean).toBeLessThan(0.2);
    let corners = 0;
    for (let sample = 0; sample < digits.count; sample++) {
      const image = digits.inputs.subarray(sample * 784, (sample + 1) * 784);
      expect(Math.max(...image.subarray(8 * 28, 20 * 28))).toBeGreaterThan(100);
      corners += image[0] + image[27] + image[756] + image[783];
    }
    expect(corners / (4 * digits.count)).toBeLessThan(1);
  });

  it('can be told apart by the nearest of 2000 others, nearly always but not always', () => {
    const others = syntheticDigits({count: 2000, random: seededRandom(3)});
    const correct = Array.from({length: 300}, (_, i) => {
      const image = digits.inputs.subarray(i * 784, (i + 1) * 784);
      return others.labels[nearest(image, others.inputs)] === digits.labels[i];
    }).filter(Boolean).length;
    expect(correct / 300).toBeGreaterThan(0.85);
    expect(correct / 300).toBeLessThan(1);
  });

  it('draws in other sizes', () => {
    const {inputs, sampleShape} = syntheticDigits({count: 3, size: 14, random: seededRandom(1)});
    expect(sampleShape).toEqual([14, 14, 1]);
    expect(inputs.length).toBe(3 * 196);
  });

  it.each([
    [{count: 0}, 'syntheticDigits: count must be a positive integer, received 0.'],
    [{count: 1, size: 2.5}, 'syntheticDigits: size must be a positive integer, received 2.5.'],
  ])('rejects %o', (options, message) => {
    expect(() => syntheticDigits({...options, random: seededRandom(1)})).toThrow(message);
  });
});

function nearest(image: Uint8Array, images: Uint8Array): number {
  let best = -1;
  let least = Infinity;
  for (let other = 0; other < images.length / image.length; other++) {
    let distance = 0;
    for (let i = 0; i < image.length && distance < least; i++) distance += (image[i] - images[other * 784 + i]) ** 2;
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}
