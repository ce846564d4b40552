import type {DenseGradient} from '../../src/algorithms/types.ts';
import type {UpdateRules} from '../../src/algorithms/update/layerState.ts';
import {createPositionSet} from '../../src/topology/positionSet.ts';
import {seededRandom} from '../../src/topology/random.ts';
import type {Topology} from '../../src/topology/topology.ts';
import {newSlots, type TopologyUpdate} from '../../src/topology/update.ts';
import {planUpdates} from '../../src/training/planUpdates.ts';
import {atActive} from './layer.ts';

/** A layer before an update. */
export interface LayerBefore {
  readonly name: string;
  readonly topology: Topology;
  /** The weights at all positions. */
  readonly weights: ArrayLike<number>;
  /** The gradient at all positions. */
  readonly gradient?: DenseGradient;
  /** Connections of its share that its structure left out. @defaultValue 0 */
  readonly unused?: number;
  /** Whether its outputs are those of the model. @defaultValue false */
  readonly isLast?: boolean;
}

/** One update in phases over all layers, without a model. */
export async function updateLayers(
  layers: readonly LayerBefore[],
  given: Omit<UpdateRules, 'random' | 'step'> & Partial<UpdateRules>,
): Promise<TopologyUpdate[]> {
  const viewed = layers.map(({name, topology, weights, gradient, unused = 0, isLast = false}) => {
    const explored = createPositionSet(topology.size);
    explored.add(topology.positions());
    return {
      name,
      topology,
      values: atActive(topology, weights),
      gradientAtActive: gradient && atActive(topology, gradient.block(0, topology.size)),
      explored,
      unused,
      isLast,
      readGradient: async () => gradient!,
    };
  });
  const planned = await planUpdates(
    viewed,
    {random: seededRandom(1), step: 0, ...given},
    (_, update) => new Float32Array(newSlots(update).length),
  );
  return planned.map(({update}) => update);
}
