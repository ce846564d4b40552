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
 * @throws RangeError at the first that is none
 */
export function readShapes(text: string): ShapeGroup[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  return words.map((word) => {
    const [, count = '1', shape = ''] = /^(?:(\d+)\*)?(\d+(?:[x×]\d+)+)$/.exec(word) ?? [];
    const dimensions = shape.split(/[x×]/).map(Number);
    if (!(Number(count) > 0) || !dimensions.every((dimension) => dimension > 0 && Number.isSafeInteger(dimension))) {
      throw new RangeError(
        `plan: layers must be kernel shapes like 784x300, 3x3x64x128 or 4*3x3x64x64, received ${word}. ` +
          'Write inputs x outputs, or height x width x inputs x outputs.',
      );
    }
    return {text: word, count: Number(count), shape: dimensions};
  });
}
