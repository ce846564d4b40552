import * as tf from '@tensorflow/tfjs';
import {MaskedConv2d} from '../sparse/maskedConv2d.ts';
import {MaskedDense} from '../sparse/maskedDense.ts';
import {sizeOf} from '../topology/positions.ts';

/** The protected method by which layers take memory. */
interface AddsWeights {
  addWeight(name: string, shape: readonly number[], ...rest: unknown[]): tf.LayerVariable;
}

/**
 * Makes a model while the weights of its layers are counted, each before it takes memory: a small file can describe a huge model. A sparse
 * kernel counts with all its positions.
 *
 * @param make  makes the layers before it returns its promise; if it throws or that is rejected, their weights are disposed
 * @throws RangeError if the weights have more numbers together than `maxSize`
 */
export async function boundedBuild<Result>(
  where: string,
  maxSize: number,
  make: () => Promise<Result>,
): Promise<Result> {
  let size = 0;
  const count = (more: number) => {
    size += more;
    if (size <= maxSize) return;
    throw new RangeError(
      `${where}: source must be a model of at most ${maxSize} numbers, received one of at least ${size}. ` +
        'If it is that large, pass a higher maxSize.',
    );
  };
  const made: tf.LayerVariable[] = [];
  const layers = tf.layers.Layer.prototype as unknown as AddsWeights;
  const {addWeight} = layers;
  const sparse = [MaskedDense.prototype, MaskedConv2d.prototype];
  const builds = sparse.map(({build}) => build);
  layers.addWeight = function (name, shape, ...rest) {
    count(sizeOf(shape));
    const weight = addWeight.call(this, name, shape, ...rest);
    made.push(weight);
    return weight;
  };
  sparse.forEach((prototype, i) => {
    prototype.build = function (this: (MaskedDense | MaskedConv2d) & {kernelSize?: number[]}, inputShape) {
      const shapes = [inputShape, this.computeOutputShape(inputShape)] as tf.Shape[];
      count(sizeOf([...(this.kernelSize ?? []), ...shapes.map((shape) => shape.at(-1) ?? 1)]));
      builds[i].call(this as never, inputShape);
    };
  });
  // Async, so that an error in front of the promise is one of it.
  const result = (async () => make())();
  layers.addWeight = addWeight;
  sparse.forEach((prototype, i) => {
    prototype.build = builds[i];
  });
  return result.catch((error) => {
    for (const weight of made) weight.dispose();
    throw error;
  });
}
