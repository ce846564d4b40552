import {BLOCK} from './kernelModule.ts';

/** Samples that go through the loops together. */
export interface Block {
  /** The first sample. */
  readonly begin: number;
  /** Number of samples, at most 32. */
  readonly count: number;
  /** The same rounded up to whole SIMD vectors: floats from one row to the next. */
  readonly stride: number;
}

/** A batch in blocks. @param size  samples in a full one. @defaultValue 32 */
export function blocksOf(batch: number, size = BLOCK): Block[] {
  return Array.from({length: Math.ceil(batch / size)}, (_, i) => {
    const begin = i * size;
    const count = Math.min(size, batch - begin);
    return {begin, count, stride: vectorsOf(count)};
  });
}

/** Floats of the widest block's row. */
export function widestStride(batch: number): number {
  return vectorsOf(Math.min(batch, BLOCK));
}

function vectorsOf(count: number): number {
  return Math.ceil(count / 4) * 4;
}
