import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Axis, backwardAxis, forwardAxis} from '../../../src/kernels/webgpu/axis.ts';

/** Any axis of a convolution that fits its input. */
const anyAxis = fc
  .record({
    kernel: fc.integer({min: 1, max: 5}),
    stride: fc.integer({min: 1, max: 4}),
    dilation: fc.integer({min: 1, max: 3}),
    pad: fc.integer({min: 0, max: 4}),
    output: fc.integer({min: 1, max: 6}),
    rest: fc.nat(3),
  })
  .map(({rest, ...axis}) => {
    const {kernel, stride, dilation, pad, output} = axis;
    const reach = (output - 1) * stride + (kernel - 1) * dilation + 1;
    return {...axis, input: Math.max(1, reach - 2 * pad + rest)};
  });

/** All pairs of source and output pixels that an axis joins, with the tap. */
function pairsOf({taps, count, phases, step, before, source, staged, output}: Axis): Set<string> {
  const pairs = new Set<string>();
  taps.forEach(({phase, offset}, tap) => {
    for (let position = 0; position < count; position++) {
      const [at, out] = [position * step + offset, position * phases + phase];
      expect(at >= 0 && at < staged, 'inside what is staged').toBe(true);
      if (at - before >= 0 && at - before < source && out < output) pairs.add(`${tap}: ${at - before} to ${out}`);
    }
  });
  return pairs;
}

describe('forwardAxis', () => {
  it('joins the pixels of a convolution of width 3 and stride 2, as worked out by hand', () => {
    const axis = forwardAxis({input: 4, output: 2, kernel: 3, stride: 2, dilation: 1, pad: 1});
    // Output 0 sees the pixels −1, 0, 1 and output 1 the pixels 1, 2, 3.
    expect([...pairsOf(axis)].sort()).toEqual(['0: 1 to 1', '1: 0 to 0', '1: 2 to 1', '2: 1 to 0', '2: 3 to 1']);
  });

  it('joins input and output where in = out · stride + tap · dilation − pad', () => {
    fc.assert(
      fc.property(anyAxis, (axis) => {
        const expected = new Set<string>();
        for (let tap = 0; tap < axis.kernel; tap++) {
          for (let out = 0; out < axis.output; out++) {
            const pixel = out * axis.stride + tap * axis.dilation - axis.pad;
            if (pixel >= 0 && pixel < axis.input) expected.add(`${tap}: ${pixel} to ${out}`);
          }
        }
        expect(pairsOf(forwardAxis(axis))).toEqual(expected);
      }),
    );
  });
});

describe('backwardAxis', () => {
  it('joins the same pixels the other way', () => {
    fc.assert(
      fc.property(anyAxis, (axis) => {
        const reverse = (pair: string) => pair.replace(/(\d+) to (\d+)/, '$2 to $1');
        expect(pairsOf(backwardAxis(axis))).toEqual(new Set([...pairsOf(forwardAxis(axis))].map(reverse)));
      }),
    );
  });
});
