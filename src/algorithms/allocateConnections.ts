import {checkKind, checkOptions, type OptionNames} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';
import {sum} from '../topology/sum.ts';
import {checkDensity} from './checkDensity.ts';
import {type LayerDensities, resolveLayerDensities} from './distributions/layerDensities.ts';
import {type DistributionName, resolveDistribution} from './distributions/resolveDistribution.ts';
import {roundToTotal} from './divideShares.ts';
import type {Distribution, LayerShape} from './types.ts';

/** Options of {@link allocateConnections}. */
export interface AllocationOptions {
  /** How the budget is divided among the layers. @defaultValue 'erdosRenyiKernel' */
  readonly distribution?: DistributionName | Distribution;
  /** Keep the first layer dense; `density` then holds over the other layers, as in RigL. @defaultValue false */
  readonly firstLayerDense?: boolean;
  /** Keep the last layer dense; `density` then holds over the other layers. @defaultValue false */
  readonly lastLayerDense?: boolean;
  /**
   * Custom densities for some layers; `density` then holds over the other layers. They go before
   * `firstLayerDense` and `lastLayerDense`.
   *
   * @defaultValue none
   */
  readonly densities?: LayerDensities;
}

/** The names of these options. */
export const ALLOCATION_NAMES: OptionNames<AllocationOptions> = {
  distribution: 1,
  firstLayerDense: 1,
  lastLayerDense: 1,
  densities: 1,
};

/**
 * The number of connections of each layer.
 *
 * The layers that share the budget get exactly round(density · their positions) connections together: each gets what
 * the distribution gives it, rounded down, and the connections left over go to the largest fractions, the earlier layer
 * first among equals. No layer gets fewer than one connection or more than its size. A layer with a density of its own
 * gets round(density · size) and, like a layer kept dense, is outside the budget.
 *
 * @param layers   the sparse layers, in the order of the network
 * @param density  connections over positions, of the layers that share the budget together, in (0, 1]
 * @returns integers in [1, size], in the order of `layers`
 * @throws RangeError if a density is outside (0, 1], a name in `densities` is unknown, the budget is below one
 * connection per layer, or the distribution does not divide the budget
 */
export function allocateConnections(
  layers: readonly LayerShape[],
  density: number,
  options: AllocationOptions = {},
): number[] {
  checkOptions<AllocationOptions>('allocateConnections', options, ALLOCATION_NAMES);
  return allocateFor('allocateConnections', layers, density, options);
}

/** Throws unless each shape is a list of positive integers. */
export function checkShapes(where: string, layers: readonly Pick<LayerShape, 'shape'>[]): void {
  const advice = 'Give the dense shape of the kernel, outputs last.';
  for (const {shape} of layers) checkKind(where, 'shape', 'a list of positive integers', shape, advice);
}

/** As {@link allocateConnections}, for another function that the user called, which messages name. */
export function allocateFor(
  where: string,
  layers: readonly LayerShape[],
  density: number,
  options: AllocationOptions,
): number[] {
  checkKind(where, 'layers', 'a list', layers, "Pass [{name: 'fc1', shape: [784, 300]}].");
  checkShapes(where, layers);
  const {distribution = 'erdosRenyiKernel', firstLayerDense = false, lastLayerDense = false, densities = {}} = options;
  checkDensity(where, 'density', density);
  const own = resolveLayerDensities(where, layers, densities);
  if (firstLayerDense && layers.length > 0) own[0] ??= 1;
  if (lastLayerDense && layers.length > 0) own[layers.length - 1] ??= 1;
  const sharing = layers.filter((_, i) => own[i] === undefined);
  const shared = divide(where, sharing, density, resolveDistribution(where, distribution));
  let next = 0;
  return own.map((ownDensity, i) =>
    ownDensity === undefined ? shared[next++] : Math.max(Math.round(ownDensity * sizeOf(layers[i].shape)), 1),
  );
}

/** The budget of these layers, divided. */
function divide(where: string, layers: readonly LayerShape[], density: number, distribution: Distribution): number[] {
  const sizes = layers.map(({shape}) => sizeOf(shape));
  const positions = sum(sizes);
  const budget = Math.round(density * positions);
  if (budget < layers.length) {
    throw new RangeError(
      `${where}: density must give each of the ${layers.length} layers a connection, received ${density}, ` +
        `which is ${budget} of ${positions} connections. Use at least ${layers.length / positions}.`,
    );
  }
  const densities = distribution(layers, density);
  checkDensities(where, layers, densities);
  const wanted = densities.map((layerDensity, i) => layerDensity * sizes[i]);
  if (Math.abs(sum(wanted) - density * positions) > 1) {
    throw new RangeError(
      `${where}: the distribution must divide the density ${density}, received densities that make ` +
        `${sum(wanted) / positions} of all layers. Give fixed densities as the option densities instead.`,
    );
  }
  return roundToTotal(wanted, budget, sizes, 1);
}

function checkDensities(where: string, layers: readonly LayerShape[], densities: readonly number[]): void {
  if (densities.length !== layers.length) {
    throw new RangeError(
      `${where}: the distribution must return a density for each of the ${layers.length} layers, received ` +
        `${densities.length}. Return them in the order of the layers that it was given.`,
    );
  }
  for (const [i, density] of densities.entries()) {
    if (!(density >= 0 && density <= 1)) {
      throw new RangeError(
        `${where}: the distribution must return densities in [0, 1], received ${density} for layer ` +
          `'${layers[i].name}'. Cap each layer at 1 and give the rest to the others.`,
      );
    }
  }
}
