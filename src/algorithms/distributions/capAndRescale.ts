import {sizeOf} from '../../topology/positions.ts';
import {sum} from '../../topology/sum.ts';
import type {LayerShape} from '../types.ts';

/**
 * Densities proportional to raw ones, none above 1, that spend the whole budget.
 *
 * Layers that would exceed 1 are made dense, the rest is scaled again to what is left, until none exceeds 1. A layer
 * once above 1 stays there, since what it gives back raises the scale of the others; so all of them are capped at once,
 * with the same result as the official implementations, which cap the largest only and start again.
 *
 * @param density  connections over positions, of all layers together, in (0, 1]
 * @param raw      the density of a layer up to a common factor, positive
 * @returns a density in [0, 1] per layer; Σ density · size is the budget, up to rounding in the last bits
 */
export function capAndRescale(
  layers: readonly LayerShape[],
  density: number,
  raw: (layer: LayerShape) => number,
): number[] {
  const sizes = layers.map(({shape}) => sizeOf(shape));
  const weights = layers.map(raw);
  const densities = layers.map(() => 1);
  let budget = density * sum(sizes);
  let open = layers.map((_, i) => i);
  while (open.length > 0) {
    const scale = budget / open.reduce((total, i) => total + weights[i] * sizes[i], 0);
    const capped = open.filter((i) => scale * weights[i] > 1);
    if (capped.length === 0) {
      for (const i of open) densities[i] = scale * weights[i];
      break;
    }
    budget = Math.max(
      capped.reduce((rest, i) => rest - sizes[i], budget),
      0,
    );
    open = open.filter((i) => !capped.includes(i));
  }
  return densities;
}

/** Throws unless the power of a raw density is a finite number that is not negative. */
export function checkPowerScale(where: string, powerScale: number): void {
  if (!(powerScale >= 0 && Number.isFinite(powerScale))) {
    throw new RangeError(
      `${where}: powerScale must be a finite number of at least 0, received ${powerScale}. ` +
        '1 is the published distribution, 0 the uniform one.',
    );
  }
}
