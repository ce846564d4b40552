import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {instantiateKernels, supportsWasmKernels} from '../../../src/kernels/wasm/kernelModule.ts';

/** A matrix `[rows, columns]` whose elements are all different. */
function counting(rows: number, columns: number): Float32Array {
  return Float32Array.from({length: rows * columns}, (_, i) => i + 1);
}

describe('the WebAssembly kernels', () => {
  it('are supported by this engine', () => {
    expect(supportsWasmKernels()).toBe(true);
  });

  it.each([
    ['plain', () => new WebAssembly.Memory({initial: 1})],
    ['shared', () => new WebAssembly.Memory({initial: 1, maximum: 65536, shared: true})],
  ])('multiply two connections by hand on a %s memory', (_, createMemory) => {
    const memory = createMemory();
    const kernels = instantiateKernels(memory);
    const floats = new Float32Array(memory.buffer);
    const ints = new Int32Array(memory.buffer);
    // Two outputs: the first has both inputs, the second none. y[0] = 2 x[0] + 3 x[1].
    ints.set([0, 2, 2], 0); // ptr at byte 0
    ints.set([0, 1], 4); // idx at byte 16
    floats.set([2, 3], 8); // values at byte 32
    floats.set([1, 2, 3, 4, 10, 20, 30, 40], 16); // x at byte 64: [2 inputs, 4 samples]
    floats.fill(-1, 32, 40); // y at byte 128
    kernels.multiplyRows(0, 16, 32, 64, 128, 2, 4);
    expect([...floats.subarray(32, 40)]).toEqual([32, 64, 96, 128, 0, 0, 0, 0]);
    // The slots swap the values: y[0] = 3 x[0] + 2 x[1].
    ints.set([1, 0], 12); // slots at byte 48
    kernels.multiplyTransposed(0, 16, 48, 32, 64, 128, 2, 4);
    expect([...floats.subarray(32, 36)]).toEqual([23, 46, 69, 92]);
    // dValues = x[row] · dy[idx] over the four samples, with dy = x.
    kernels.dotRows(0, 16, 64, 64, 160, 1, 4);
    expect([...floats.subarray(40, 42)]).toEqual([30, 300]);
  });

  it('transpose matrices of every size and fill up with zeros', () => {
    const memory = new WebAssembly.Memory({initial: 4});
    const kernels = instantiateKernels(memory);
    const sizes = fc.integer({min: 1, max: 37});
    fc.assert(
      fc.property(sizes, sizes, fc.integer({min: 0, max: 6}), (rows, columns, padding) => {
        const toStride = rows + padding;
        const from = counting(rows, columns);
        new Float32Array(memory.buffer).fill(Number.NaN).set(from);
        const target = 4 * (rows * columns);
        kernels.transpose(0, rows, columns, columns, target, toStride, toStride);
        const transposed = new Float32Array(memory.buffer, target, columns * toStride);
        const expected = Array.from({length: columns * toStride}, (_, i) => {
          const [column, row] = [Math.floor(i / toStride), i % toStride];
          return row < rows ? from[row * columns + column] : 0;
        });
        expect([...transposed]).toEqual(expected);
      }),
      {seed: 1, numRuns: 200},
    );
  });
});
