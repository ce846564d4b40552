import {sizeOf} from '../topology/positions.ts';

/** Kernels of one shape. */
export interface ShapeGroup {
  /** As it was written: `3*3x3x64x64`. */
  readonly text: string;
  readonly count: number;
  readonly shape: readonly number[];
}

/**
 * Reads shapes of kernels: `784x300` for a dense layer, `3x3x64x128` for a convolution, `4*3x3x64x64` for four of them; separated by
 * spaces, commas or new lines.
 *
 * @param maxKernels  more take long to plan for
 * @throws RangeError at the first that is none, or if they are more
 */
export function readShapes(text: string, maxKernels: number): ShapeGroup[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const groups = words.map((word) => {
    const [, count = '1', shape = ''] = /^(?:(\d+)\*)?(\d+(?:[x×]\d+)+)$/.exec(word) ?? [];
    const dimensions = shape.split(/[x×]/).map(Number);
    const size = sizeOf(dimensions);
    if (!(Number(count) > 0 && size > 0 && size <= Number.MAX_SAFE_INTEGER)) {
      throw new RangeError(
        `plan: layers must be kernel shapes like 784x300, 3x3x64x128 or 4*3x3x64x64, received ${word.slice(0, 60)}. ` +
          'Write inputs x outputs, or height x width x inputs x outputs.',
      );
    }
    return {text: word, count: Number(count), shape: dimensions};
  });
  const kernels = groups.reduce((sum, {count}) => sum + count, 0);
  if (kernels > maxKernels) {
    throw new RangeError(
      `plan: layers must be at most ${maxKernels} kernels, received ${kernels}. Plan for a part of the network, or raise maxKernels.`,
    );
  }
  return groups;
}
