import {sizeOf} from '../../topology/positions.ts';
import type {Structure} from '../types.ts';
import {groupStructure} from './groups.ts';

/**
 * At most `n` of `m` neighbouring inputs of an output are connected: of a dense layer `m` inputs, of a convolution `m` channels at one
 * place of its kernel. Where `m` does not divide their number, the last group is smaller.
 *
 * @param n  integer in [1, m]
 * @param m  integer of at least 2
 * @throws RangeError if the numbers are out of range
 * @see Zhou et al. 2021, "Learning N:M Fine-grained Structured Sparse Neural Networks From Scratch", https://arxiv.org/abs/2102.04010
 */
export function nOfM(n: number, m: number): Structure {
  if (!(Number.isInteger(n) && Number.isInteger(m) && n >= 1 && m >= 2 && n <= m)) {
    throw new RangeError(
      `nOfM: n and m must be integers with 1 ≤ n ≤ m and m ≥ 2, received ${n} and ${m}. Write nOfM(2, 4).`,
    );
  }
  const sizes = (shape: readonly number[]) => {
    const [inputs, outputs] = shape.slice(-2);
    return {inputs, outputs, perPlace: Math.ceil(inputs / m)};
  };
  return groupStructure({
    name: `nOfM(${n}, ${m})`,
    count: (shape) => {
      const {inputs, perPlace} = sizes(shape);
      return (sizeOf(shape) / inputs) * perPlace;
    },
    groupOf(shape) {
      const {inputs, outputs, perPlace} = sizes(shape);
      return (position) => {
        const row = Math.floor(position / outputs);
        const place = Math.floor(row / inputs);
        const group = place * perPlace + Math.floor((row - place * inputs) / m);
        return group * outputs + (position % outputs);
      };
    },
    capacity(shape) {
      const {inputs, outputs, perPlace} = sizes(shape);
      const last = Math.min(n, inputs - (perPlace - 1) * m);
      return (group) => (Math.floor(group / outputs) % perPlace === perPlace - 1 ? last : n);
    },
  });
}
