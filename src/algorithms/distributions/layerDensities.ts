import {checkDensity} from '../checkDensity.ts';
import type {LayerShape} from '../types.ts';

/**
 * Custom densities for some layers: by name, or by a function that returns `undefined` for the layers it leaves
 * to the distribution.
 */
export type LayerDensities = Readonly<Record<string, number>> | ((layer: LayerShape) => number | undefined);

/**
 * The custom density of each layer, `undefined` where it has none.
 *
 * @param where  the function that the user called, for messages
 * @throws RangeError if a density is outside (0, 1] or a name is not the name of a layer
 */
export function resolveLayerDensities(
  where: string,
  layers: readonly LayerShape[],
  densities: LayerDensities,
): (number | undefined)[] {
  const densityOf =
    typeof densities === 'function'
      ? densities
      : ({name}: LayerShape) => (Object.hasOwn(densities, name) ? densities[name] : undefined);
  if (typeof densities !== 'function') checkNames(where, layers, Object.keys(densities));
  return layers.map((layer) => {
    const density = densityOf(layer);
    if (density !== undefined) checkDensity(where, `the density of layer '${layer.name}'`, density);
    return density;
  });
}

function checkNames(where: string, layers: readonly LayerShape[], names: readonly string[]): void {
  const known = layers.map(({name}) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `${where}: densities must name layers of the model, received '${unknown}'. The layers are ${known.join(', ')}.`,
    );
  }
}
