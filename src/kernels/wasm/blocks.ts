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

/** A batch in blocks. */
export function blocksOf(batch: number): Block[] {
  return Array.from({length: Math.ceil(batch / BLOCK)}, (_, i) => {
    const begin = i * BLOCK;
    const count = Math.min(BLOCK, batch - begin);
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
