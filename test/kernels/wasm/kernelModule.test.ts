import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {instantiateKernels, supportsRelaxedSimd, supportsWasmKernels} from '../../../src/kernels/wasm/kernelModule.ts';
import '../../support/relaxedSimd.ts';
import {expectClose} from '../../support/close.ts';

/** A matrix `[rows, columns]` whose elements are all different. */
function counting(rows: number, columns: number): Float32Array {
  return Float32Array.from({length: rows * columns}, (_, i) => i + 1);
}

describe('the WebAssembly kernels', () => {
  it('are supported by this engine, with relaxed SIMD too', () => {
    expect(supportsWasmKernels()).toBe(true);
    expect(supportsRelaxedSimd()).toBe(true);
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
    kernels.multiply(0, 16, 32, 64, 128, 0, 2, 4, 0, Number.NEGATIVE_INFINITY);
    expect([...floats.subarray(32, 40)]).toEqual([32, 64, 96, 128, 0, 0, 0, 0]);
    // Values in another order: y[0] = 3 x[0] + 2 x[1].
    ints.set([1, 0], 12); // slots at byte 48
    kernels.gather(32, 48, 48, 0, 2);
    kernels.multiply(0, 16, 48, 64, 128, 0, 1, 4, 0, Number.NEGATIVE_INFINITY);
    expect([...floats.subarray(32, 36)]).toEqual([23, 46, 69, 92]);
    // With the bias −50 and rectified.
    floats[12] = -50; // bias at byte 48
    kernels.multiply(0, 16, 32, 64, 128, 0, 1, 4, 48, 0);
    expect([...floats.subarray(32, 36)]).toEqual([0, 14, 46, 78]);
    // out += x[row] · dy[idx] over the four samples, with dy = x.
    floats.set([1, 1], 40); // out at byte 160
    kernels.addDots(0, 16, 64, 0, 64, 160, 0, 1, 4);
    expect([...floats.subarray(40, 42)]).toEqual([31, 301]);
  });

  it.each([false, true])('make sigmoid and tanh of numbers of any magnitude, relaxed SIMD: %s', (isRelaxed) => {
    const memory = new WebAssembly.Memory({initial: 1});
    const kernels = instantiateKernels(memory, isRelaxed);
    const magnitudes = Array.from({length: 1000}, (_, i) => 10 ** (-30 + (i / 999) * (30 + Math.log10(20))));
    const z = Float32Array.from(magnitudes.flatMap((one) => [one, -one]));
    const y = new Float32Array(memory.buffer, 0, z.length);
    const functions = [(one: number) => 1 / (1 + Math.exp(-one)), Math.tanh];
    for (const [f, expected] of functions.entries()) {
      y.set(z);
      kernels.activate(0, z.length, 2 + f, 0);
      const errors = y.map((one, i) => Math.abs(one / expected(z[i]) - 1));
      expect(Math.max(...errors)).toBeLessThan(5e-7);
    }
    y.set([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
    kernels.activate(0, 8, 3, 0);
    expect([...y.subarray(0, 5)]).toEqual([0, -0, 1, -1, Number.NaN]);
  });

  it('give the same results with relaxed SIMD, up to rounding', () => {
    const memory = new WebAssembly.Memory({initial: 4});
    const floats = new Float32Array(memory.buffer);
    const ints = new Int32Array(memory.buffer);
    const results = [false, true].map((isRelaxed) => {
      const kernels = instantiateKernels(memory, isRelaxed);
      // One output with ten inputs of 32 samples; x at byte 1024, y at byte 8192, out at byte 12288.
      ints.set([0, 10], 0);
      ints.set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 16);
      for (let i = 0; i < 10; i++) floats[32 + i] = Math.sin(i);
      for (let i = 0; i < 320; i++) floats[256 + i] = Math.cos(i);
      kernels.multiply(0, 64, 128, 1024, 8192, 0, 1, 32, 0, Number.NEGATIVE_INFINITY);
      kernels.clear(12288, 10);
      kernels.addDots(0, 64, 1024, 0, 1024, 12288, 0, 1, 32);
      return [...floats.subarray(2048, 2080), ...floats.subarray(3072, 3082)];
    });
    expectClose(results[1], results[0], 1e-6);
  });

  it('take blocks of every size out of a batch, filled up with zeros, and put them back', () => {
    const memory = new WebAssembly.Memory({initial: 4});
    const kernels = instantiateKernels(memory);
    const sizes = fc.record({
      count: fc.integer({min: 1, max: 32}),
      features: fc.integer({min: 1, max: 37}),
      gap: fc.integer({min: 0, max: 5}),
    });
    fc.assert(
      fc.property(sizes, ({count, features, gap}) => {
        const stride = Math.ceil(count / 4) * 4;
        const batchStride = features + gap;
        const batch = counting(count, batchStride);
        const floats = new Float32Array(memory.buffer);
        floats.fill(Number.NaN).set(batch);
        kernels.loadBlock(0, batchStride, count, features, 65536, stride);
        const expected = Array.from({length: features * stride}, (_, i) => {
          const [feature, sample] = [Math.floor(i / stride), i % stride];
          return sample < count ? batch[sample * batchStride + feature] : 0;
        });
        expect([...floats.subarray(16384, 16384 + features * stride)]).toEqual(expected);
        // Back to another place: the same numbers, and nothing between the samples.
        kernels.storeBlock(65536, stride, count, features, 131072, batchStride);
        const back = [...floats.subarray(32768, 32768 + count * batchStride + 1)];
        expect(back).toEqual(
          back.map((_, i) => (i < count * batchStride && i % batchStride < features ? batch[i] : Number.NaN)),
        );
      }),
      {seed: 1, numRuns: 200},
    );
  });
});
