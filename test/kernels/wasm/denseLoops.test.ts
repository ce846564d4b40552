import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {instantiateKernels} from '../../../src/kernels/wasm/kernelModule.ts';
import type {WasmKernels} from '../../../src/kernels/wasm/wasmKernels.ts';
import '../../support/relaxedSimd.ts';

/** Images `[height, width, features, stride]`, and a kernel `[inputs, outputs]` that each pixel is multiplied with. */
const cases = fc.record({
  height: fc.integer({min: 1, max: 3}),
  width: fc.integer({min: 1, max: 3}),
  inputs: fc.oneof(fc.integer({min: 1, max: 9}), fc.constantFrom(63, 64, 65, 130)),
  outputs: fc.oneof(fc.integer({min: 1, max: 9}), fc.constantFrom(31, 66)),
  stride: fc.constantFrom(4, 8, 12, 16, 28, 32),
  /** Pixels between rows that are no part of the image. */
  gap: fc.integer({min: 0, max: 2}),
  hasBias: fc.boolean(),
  isAdded: fc.boolean(),
  floor: fc.constantFrom(0, Number.NEGATIVE_INFINITY),
});

/** Small integers, so that sums are exact in any order. */
function integers(length: number, seed: number): Float32Array {
  return Float32Array.from({length}, (_, i) => ((i * 7919 + seed * 104729) % 13) - 6);
}

/** Places of an image's numbers: of each pixel, its first. */
function pixelsOf({height, width, gap, stride}: {height: number; width: number; gap: number; stride: number}) {
  return (features: number) =>
    Array.from({length: height * width}, (_, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      return (row * (width + gap) + column) * features * stride;
    });
}

describe.each(['plain', 'relaxed'])('the loops of dense layers with %s SIMD', (kind) => {
  const memory = new WebAssembly.Memory({initial: 16});
  const kernels: WasmKernels = instantiateKernels(memory, kind === 'relaxed');
  const floats = new Float32Array(memory.buffer);
  const put = (at: number, numbers: ArrayLike<number>) => {
    floats.set(numbers, at);
    return 4 * at;
  };

  test('multiply each pixel with the kernel', () => {
    fc.assert(
      fc.property(cases, (shape) => {
        const {height, width, inputs, outputs, stride, gap, hasBias, isAdded, floor} = shape;
        const at = pixelsOf(shape);
        const pixels = height * (width + gap);
        const [w, x] = [integers(outputs * inputs, 1), integers(pixels * inputs * stride, 2)];
        const [bias, y] = [integers(outputs, 3), integers(pixels * outputs * stride, 4)];
        const expected = y.slice();
        for (const [i, from] of at(inputs).entries()) {
          const to = at(outputs)[i];
          for (let o = 0; o < outputs; o++) {
            for (let s = 0; s < stride; s++) {
              let sum = isAdded ? y[to + o * stride + s] : hasBias ? bias[o] : 0;
              for (let k = 0; k < inputs; k++) sum += w[o * inputs + k] * x[from + k * stride + s];
              expected[to + o * stride + s] = Math.max(sum, floor);
            }
          }
        }
        const addresses = [put(0, w), put(16384, x), put(131072, y), put(245760, bias)];
        const steps = (features: number): [number, number] => [
          4 * (width + gap) * features * stride,
          4 * features * stride,
        ];
        kernels.multiplyDense(
          addresses[0],
          inputs,
          addresses[1],
          ...steps(inputs),
          addresses[2],
          ...steps(outputs),
          height,
          width,
          outputs,
          inputs,
          stride,
          hasBias ? addresses[3] : 0,
          floor,
          Number(isAdded),
        );
        expect(floats.slice(131072, 131072 + y.length)).toEqual(expected);
      }),
      {seed: 1, numRuns: 300},
    );
  });

  test('make the gradient of the kernel, whatever rows a part has', () => {
    fc.assert(
      fc.property(cases, fc.double({min: 0, max: 1, noNaN: true}), (shape, share) => {
        const {height, width, inputs, outputs, stride, gap, isAdded} = shape;
        const at = pixelsOf(shape);
        const pixels = height * (width + gap);
        const begin = Math.floor(share * inputs);
        const [x, dy] = [integers(pixels * inputs * stride, 1), integers(pixels * outputs * stride, 2)];
        const out = integers(inputs * outputs, 3);
        const expected = out.slice();
        if (!isAdded) expected.fill(0, begin * outputs);
        for (const [i, from] of at(inputs).entries()) {
          const to = at(outputs)[i];
          for (let k = begin; k < inputs; k++) {
            for (let o = 0; o < outputs; o++) {
              for (let s = 0; s < stride; s++) {
                expected[k * outputs + o] += x[from + k * stride + s] * dy[to + o * stride + s];
              }
            }
          }
        }
        const addresses = [put(0, out), put(16384, x), put(131072, dy)];
        const steps = (features: number): [number, number] => [
          4 * (width + gap) * features * stride,
          4 * features * stride,
        ];
        kernels.denseDots(
          addresses[1],
          ...steps(inputs),
          addresses[2],
          ...steps(outputs),
          height,
          width,
          addresses[0],
          begin,
          inputs,
          outputs,
          stride,
          Number(isAdded),
        );
        expect(floats.slice(0, out.length)).toEqual(expected);
      }),
      {seed: 1, numRuns: 300},
    );
  });
});
