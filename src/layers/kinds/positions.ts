import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import type {PositionsOf} from './layerKind.ts';

/** Every output is one position and channel: so it is for both orders of the dimensions. */
export const byOutput: PositionsOf = (shape, {outputShape}) => elementsOf(outputShape) / shape[shape.length - 1];

/** As {@link byOutput}, of a kernel that has as many outputs for each channel as its last dimension says. */
export const byOutputChannels: PositionsOf = (shape, {outputShape}) => elementsOf(outputShape) / (shape[2] * shape[3]);

/** The kernel of a transposed convolution has the inputs last. */
export const byInput: PositionsOf = (shape, {inputShape}) => elementsOf(inputShape) / shape[shape.length - 1];

/** Elements per sample; NaN if a dimension is unknown. */
function elementsOf(shape: tf.Shape): number {
  return sizeOf(shape.slice(1).map((dimension) => dimension ?? Number.NaN));
}
