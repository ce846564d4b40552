import {checkKind, checkNames} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';
import type {Random} from '../topology/random.ts';

/** Options of {@link cropAndFlip}. */
export interface CropAndFlipOptions {
  /** `[height, width, channels]` of the images. */
  readonly shape: readonly number[];
  /** Chooses the crops and the mirrored images. */
  readonly random: Random;
  /** Pixels by which an image may be moved in each direction, below its height and width. @defaultValue 4 */
  readonly padding?: number;
}

/**
 * The usual augmentation of small photographs: moves an image by up to `padding` pixels in each direction, the border
 * filled by reflection, and mirrors one image in two. For the option `augment` of `shuffledBatches`.
 *
 * Draws three numbers per image. The array that it returns is used again for the next image.
 *
 * @throws RangeError if the shape is not `[height, width, channels]` or the padding does not fit into it
 * @see the data loaders of https://github.com/Shiweiliuiiiiiii/In-Time-Over-Parameterization
 */
export function cropAndFlip(options: CropAndFlipOptions): (image: Uint8Array) => Uint8Array {
  checkKind('cropAndFlip', 'options', 'an object', options, 'Write {shape: [32, 32, 3], random}.');
  checkNames<CropAndFlipOptions>('cropAndFlip', options, {shape: 1, random: 1, padding: 1});
  const {shape, random, padding = 4} = options;
  checkKind('cropAndFlip', 'shape', 'a list of positive integers', shape, 'Pass the sampleShape of images.');
  checkKind('cropAndFlip', 'random', 'a function', random, 'Pass seededRandom(1).');
  const [height, width, channels] = shape;
  if (shape.length !== 3) {
    throw new RangeError(
      `cropAndFlip: shape must be [height, width, channels], received [${shape}]. Pass the sampleShape of images.`,
    );
  }
  if (!(Number.isInteger(padding) && padding >= 0 && padding < Math.min(height, width))) {
    throw new RangeError(
      `cropAndFlip: padding must be an integer in [0, ${Math.min(height, width) - 1}], received ${padding}. Try 4.`,
    );
  }
  const result = new Uint8Array(sizeOf(shape));
  const columns = new Int32Array(width);
  const shift = () => Math.floor(random() * (2 * padding + 1)) - padding;

  return (image) => {
    if (image.length !== result.length) {
      throw new RangeError(
        `cropAndFlip: image must have ${result.length} bytes for the shape [${shape}], received ${image.length}. ` +
          'Pass the sampleShape of the images.',
      );
    }
    const top = shift();
    const left = shift();
    const isMirrored = random() < 0.5;
    for (let x = 0; x < width; x++) columns[isMirrored ? width - 1 - x : x] = channels * reflect(x + left, width);
    for (let y = 0, out = 0; y < height; y++) {
      const row = reflect(y + top, height) * width * channels;
      for (let x = 0; x < width; x++) {
        const from = row + columns[x];
        for (let channel = 0; channel < channels; channel++) result[out++] = image[from + channel];
      }
    }
    return result;
  };
}

/** The place inside `[0, size)` that a mirror at the border shows; the border itself is not repeated. */
function reflect(place: number, size: number): number {
  if (place < 0) return -place;
  return place < size ? place : 2 * (size - 1) - place;
}
