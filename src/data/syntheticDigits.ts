import {checkKind} from '../topology/checkKind.ts';
import {normal, type Random} from '../topology/random.ts';
import type {Dataset} from './dataset.ts';
import {DIGIT_STROKES} from './digitStrokes.ts';
import {drawStroke} from './drawStroke.ts';

/** What {@link syntheticDigits} makes. */
export interface SyntheticDigitsOptions {
  /** Number of images. */
  readonly count: number;
  /** Source of randomness: the same seed gives the same images. */
  readonly random: Random;
  /** Height and width in pixels. @defaultValue 28 */
  readonly size?: number;
}

/**
 * Images of digits drawn like handwriting, in the format of MNIST, for where no real data is at hand.
 *
 * Each image takes one of the ways to write its digit, moves the points that the pen goes through, shears, turns, scales
 * and shifts the whole, and draws it with a pen of random width, softness and unsteady ink. As in MNIST a digit spans about
 * 20 of 28 pixels, white on black.
 *
 * @throws RangeError if `count` or `size` is not a positive integer
 */
export function syntheticDigits({count, random, size = 28}: SyntheticDigitsOptions): Dataset {
  for (const [name, value] of Object.entries({count, size})) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new RangeError(
        `syntheticDigits: ${name} must be a positive integer, received ${value}. For images like MNIST's use size 28.`,
      );
    }
  }
  checkKind('syntheticDigits', 'random', 'a function', random, 'Pass seededRandom(1).');
  const inputs = new Uint8Array(count * size * size);
  const labels = new Uint8Array(count);
  for (let sample = 0; sample < count; sample++) {
    labels[sample] = Math.floor(random() * DIGIT_STROKES.length);
    drawDigit(inputs.subarray(sample * size * size, (sample + 1) * size * size), size, labels[sample], random);
  }
  return {inputs, labels, count, sampleShape: [size, size, 1], classes: DIGIT_STROKES.length};
}

/** Draws one digit into `pixels`, `[size, size]`. */
function drawDigit(pixels: Uint8Array, size: number, digit: number, random: Random): void {
  const variants = DIGIT_STROKES[digit];
  const strokes = variants[Math.floor(random() * variants.length)];
  const toPixels = randomAffine(size, random);
  const pen = {
    radius: (size / 28) * between(0.65, 1.75, random),
    softness: (size / 28) * between(1, 1.9, random),
  };
  const shake = between(1.5, 6.8, random);
  const ink = new Float32Array(pixels.length);
  for (const stroke of strokes) drawStroke(ink, size, toPixels(shaken(stroke, shake, random)), pen);
  const strength = between(225, 340, random);
  for (let i = 0; i < pixels.length; i++) {
    if (ink[i] > 0) pixels[i] = Math.min(255, Math.max(0, ink[i] * strength + 12 * normal(random)));
  }
}

/** A random map from the box of 100 × 100 to pixels: scale, shear, turn, shift. */
function randomAffine(size: number, random: Random): (points: Float64Array) => Float64Array {
  const unit = (size * 0.72) / 100;
  const height = unit * between(0.82, 1.08, random);
  const width = unit * between(0.72, 1.3, random);
  const shear = 0.16 + 0.18 * normal(random);
  const angle = 0.12 * normal(random);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const centerX = (size - 1) / 2 + (size / 28) * 0.95 * normal(random);
  const centerY = (size - 1) / 2 + (size / 28) * 0.75 * normal(random);
  return (points) => {
    const mapped = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += 2) {
      const y = (points[i + 1] - 50) * height;
      const x = (points[i] - 50) * width - shear * y;
      mapped[i] = centerX + cos * x - sin * y;
      mapped[i + 1] = centerY + sin * x + cos * y;
    }
    return mapped;
  };
}

/** The points, each moved a little; a point that is written twice is moved once. */
function shaken(points: Float64Array, amount: number, random: Random): Float64Array {
  const moved = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    const twice = i > 0 && points[i] === points[i - 2] && points[i + 1] === points[i - 1];
    moved[i] = twice ? moved[i - 2] : points[i] + amount * normal(random);
    moved[i + 1] = twice ? moved[i - 1] : points[i + 1] + amount * normal(random);
  }
  return moved;
}

function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random();
}
