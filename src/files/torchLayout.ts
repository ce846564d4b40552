import type * as tf from '@tensorflow/tfjs';
import {isSparseLayer, type SparseLayer} from '../layers/sparseLayer.ts';
import {walkLayers} from '../layers/walkLayers.ts';
import {isCompanion, isTopology} from '../weights/tfjsInternals.ts';

/** A weight of a model and what PyTorch calls it: 'hidden.weight', 'encoder.hidden.bias'. */
export interface TorchWeight {
  readonly name: string;
  readonly weight: tf.LayerVariable;
  /** Dense shape in TensorFlow.js, for kernels; they lie in another order in PyTorch. */
  readonly kernelShape?: readonly number[];
  /** The layer, where its kernel is sparse. */
  readonly sparse?: SparseLayer;
}

/** Last part of the names of weights: in TensorFlow.js, and in PyTorch. */
const NAMES: Readonly<Record<string, string>> = {
  values: 'weight',
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};
/** Classes whose weights PyTorch has in the same way. */
const KNOWN = ['Dense', 'Conv2D', 'BatchNormalization'];

/**
 * The weights of a model by their names in PyTorch, without what reparameterizations have beside the values.
 *
 * @throws Error for a layer that has another form there, or weights that have one name
 */
export function torchWeights(where: string, model: tf.LayersModel): TorchWeight[] {
  const entries = walkLayers(model).flatMap(({layer, path, isLeaf}) => {
    if (!isLeaf || layer.weights.length === 0) return [];
    const sparse = isSparseLayer(layer) ? layer : undefined;
    const beside = sparse?.sparseWeight.reparameterization?.weights ?? {};
    // The topology of a sparse layer is the mask of its kernel; companions are for its scheduler.
    const weights = layer.weights.filter(
      (weight) => !isTopology(weight) && !isCompanion(weight) && !Object.hasOwn(beside, ownName(weight)),
    );
    const isKnown = sparse || KNOWN.includes(layer.getClassName());
    if (!isKnown || !weights.every((weight) => Object.hasOwn(NAMES, ownName(weight)))) {
      throw new Error(
        `${where}: layers with weights must be dense, convolutional or batch normalisations, received "${path}" of the class ` +
          `${layer.getClassName()}. Save the model with model.save, and write its layers by hand.`,
      );
    }
    return weights.map((weight) => {
      const own = ownName(weight);
      const name = `${path.replaceAll('/', '.')}.${NAMES[own]}`;
      if (own === 'values') return {name, weight, kernelShape: sparse!.sparseWeight.topology.shape, sparse};
      return own === 'kernel' ? {name, weight, kernelShape: weight.shape as number[]} : {name, weight};
    });
  });
  const names = entries.map(({name}) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return entries;
  throw new Error(
    `${where}: weights must have names of their own where '.' stands for '/', received "${twice}" twice. Rename a layer.`,
  );
}

function ownName({originalName}: tf.LayerVariable): string {
  return originalName.slice(originalName.lastIndexOf('/') + 1);
}

/** The shape of a kernel in PyTorch: `[out, in]` or `[out, in, kh, kw]`. */
export function torchShape(shape: readonly number[]): number[] {
  const [out, input, ...spatial] = [...shape].reverse();
  return [out, input, ...spatial.reverse()];
}

/** Where a kernel's position lies in PyTorch. @param shape  in TensorFlow.js: `[in, out]` or `[kh, kw, in, out]` */
export function torchPosition(shape: readonly number[], position: number): number {
  const [out, input, ...spatial] = [...shape].reverse();
  const pixels = spatial.reduce((product, dimension) => product * dimension, 1);
  const col = position % out;
  const row = Math.floor(position / out);
  return (col * input + (row % input)) * pixels + Math.floor(row / input);
}
