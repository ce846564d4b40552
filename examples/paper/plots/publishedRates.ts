import type {LayerShape} from 'itop';

/** The paper's Table 1: R_s of ResNet-18 on CIFAR-10 by SET at density 0.05. */
export const PUBLISHED_RATES = {
  density: 0.05,
  /** P, down the rows. */
  dropFractions: [0.9, 0.7, 0.5, 0.3, 0.1],
  /** ΔT, across. */
  intervals: [15000, 10000, 8000, 5000, 3000],
  rates: [
    [0.113, 0.15, 0.176, 0.247, 0.353],
    [0.1, 0.13, 0.151, 0.21, 0.3],
    [0.086, 0.109, 0.125, 0.17, 0.241],
    [0.071, 0.086, 0.096, 0.126, 0.174],
    [0.056, 0.061, 0.065, 0.076, 0.096],
  ],
  /** 200 epochs in batches of 128 of the 45,000 images that the official code leaves for training. */
  steps: 200 * Math.ceil(45_000 / 128),
};

/**
 * Connections by the older of the two Erdős–Rényi divisions in the official code.
 *
 * It gives a layer ε · (sum of its kernel's dimensions) connections and chooses ε by that budget, but a layer cannot hold more
 * than its size, and what is cut off goes nowhere: on ResNet-18 a density of 0.05 becomes 0.0471.
 */
export function olderErdosRenyi(layers: readonly LayerShape[], density: number): (LayerShape & {nnz: number})[] {
  const size = ({shape}: LayerShape) => shape.reduce((product, dimension) => product * dimension, 1);
  const extent = ({shape}: LayerShape) => shape.reduce((sum, dimension) => sum + dimension, 0);
  const total = (of: (layer: LayerShape) => number) => layers.reduce((sum, layer) => sum + of(layer), 0);
  const epsilon = (density * total(size)) / total(extent);
  return layers.map((layer) => ({...layer, nnz: Math.round(Math.min(epsilon * extent(layer), size(layer)))}));
}
