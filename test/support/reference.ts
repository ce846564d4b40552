import {existsSync, readFileSync} from 'node:fs';
import {describe, it} from 'vitest';

/**
 * Where the results of the published implementations lie: beside the checkout, or where ITOP_REFERENCE says.
 * They are not part of the repository.
 */
const folder = process.env.ITOP_REFERENCE ?? new URL('../../../shared/reference/', import.meta.url).pathname;

/** True if the reference results are there. */
export const hasReference = existsSync(folder);

/** The cases of one reference file, in PyTorch's layout. */
export function readReference<Cases>(name: string): Cases {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')).cases;
}

/** `describe` for tests against the reference results; skipped aloud where they are missing. */
export function describeReference(title: string, body: () => void): void {
  if (hasReference) {
    describe(title, body);
    return;
  }
  console.warn(`SKIPPED: ${title} (no reference results in ${folder}; set ITOP_REFERENCE)`);
  describe(title, () => it.skip('needs the reference results', () => {}));
}

/** Axes that turn PyTorch's `[out, in]` and `[out, in, kh, kw]` into `[in, out]` and `[kh, kw, in, out]`. */
function axesFromTorch(rank: number): number[] {
  return rank === 4 ? [2, 3, 1, 0] : [1, 0];
}

/** The shape of a PyTorch weight in the layout of TensorFlow.js. */
export function shapeFromTorch(shape: readonly number[]): number[] {
  return axesFromTorch(shape.length).map((axis) => shape[axis]);
}

/** For each flat position in the layout of TensorFlow.js, the flat position of the same element in PyTorch's. */
export function positionsFromTorch(shape: readonly number[]): Int32Array {
  const axes = axesFromTorch(shape.length);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const size = shape.reduce((a, b) => a * b, 1);
  const target = shapeFromTorch(shape);
  return Int32Array.from({length: size}, (_, position) => {
    let torch = 0;
    for (let i = axes.length - 1; i >= 0; i--) {
      torch += (position % target[i]) * strides[axes[i]];
      position = Math.floor(position / target[i]);
    }
    return torch;
  });
}

/** A flat PyTorch tensor in the layout of TensorFlow.js. */
export function fromTorch(shape: readonly number[], values: readonly number[]): number[] {
  return Array.from(positionsFromTorch(shape), (torch) => values[torch]);
}
