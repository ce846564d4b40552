import {checkKind} from '../../topology/checkKind.ts';
import {describeValue} from '../../topology/describeValue.ts';
import {sizeOf} from '../../topology/positions.ts';
import type {Structure} from '../types.ts';
import {unitStructure} from './units.ts';

/**
 * Blocks of neighbouring inputs and outputs are connected as a whole or not at all: of a dense layer, or of the channels of a
 * convolution at one place of its kernel. Ranked by their mean score.
 *
 * @param size  `[inputs, outputs]` of a block; both must divide those of the kernels
 * @throws RangeError if the numbers are no positive integers; from an update, if they do not divide a kernel
 */
export function blocks(size: readonly [inputs: number, outputs: number]): Structure {
  checkKind('blocks', 'size', 'a list', size, 'Write blocks([4, 4]).');
  const [height, width] = size;
  if (!(size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0))) {
    throw new RangeError(
      `blocks: size must be two positive integers, received ${describeValue(size)}. Write blocks([4, 4]).`,
    );
  }
  return unitStructure({
    name: `blocks([${size}])`,
    unitSize(shape) {
      const [inputs, outputs] = shape.slice(-2);
      if (inputs % height !== 0 || outputs % width !== 0) {
        throw new RangeError(
          `blocks: size must divide the ${inputs} inputs and ${outputs} outputs of a kernel, received [${size}]. ` +
            'Take another size, or leave this layer dense.',
        );
      }
      return height * width;
    },
    unitOf(shape) {
      const outputs = shape[shape.length - 1];
      const across = outputs / width;
      return (position) => {
        const row = Math.floor(position / outputs);
        return Math.floor(row / height) * across + Math.floor((position - row * outputs) / width);
      };
    },
  });
}

/** Whole outputs: all connections of a neuron, or of a channel of a convolution, or none. */
export function channels(): Structure {
  const outputsOf = (shape: readonly number[]) => shape[shape.length - 1];
  return unitStructure({
    name: 'channels',
    unitSize: (shape) => sizeOf(shape) / outputsOf(shape),
    unitOf: (shape) => (position) => position % outputsOf(shape),
  });
}

/**
 * Whole diagonals, each of which gives every input one output: input i and output (i + d) mod outputs, for all i.
 *
 * @see Tyagi et al. 2025, "Dynamic Sparse Training of Diagonally Sparse Networks"
 */
export function diagonals(): Structure {
  const outputsOf = (shape: readonly number[]) => shape[shape.length - 1];
  return unitStructure({
    name: 'diagonals',
    unitSize: (shape) => sizeOf(shape) / outputsOf(shape),
    unitOf(shape) {
      const outputs = outputsOf(shape);
      return (position) => {
        const row = Math.floor(position / outputs);
        return (position - row * outputs - (row % outputs) + outputs) % outputs;
      };
    },
  });
}
