import {checkStrategy} from '../algorithms/checkStrategy.ts';
import {takenPositions} from '../algorithms/growers/takenPositions.ts';
import type {DenseGradient, Grower, GrowRequest, PruneRequest} from '../algorithms/types.ts';
import {connectionsLeft, dropConnections, pruneRequest, replaceable} from '../algorithms/update/dropConnections.ts';
import {checkedBlocks, connectionsToGrow, growConnections, growRequest} from '../algorithms/update/growConnections.ts';
import {checkLayer, type LayerState, type UpdateRules} from '../algorithms/update/layerState.ts';
import type {Positions} from '../topology/positions.ts';
import type {TopologyUpdate} from '../topology/update.ts';

/** A layer as the phases of an update see it. */
export interface ViewedLayer extends LayerState {
  /** Whether it is the last sparse layer of the model. */
  readonly isLast: boolean;
  /** The gradient at all positions, read when the layer grows, and when its structure is chosen by it. */
  readGradient(): Promise<DenseGradient>;
  /** What a device finds by itself of the gradient, where it does; see `GrowRequest.largest`. */
  readLargest?(taken: Positions, k: number): Promise<Positions | undefined>;
}

/** What is planned for one layer. */
export interface PlannedUpdate {
  readonly update: TopologyUpdate;
  /** Values of the new connections, in slot order. */
  readonly grownValues: Float32Array;
  /** Connections of the layer's share that its structure left out. */
  readonly unused: number;
}

/**
 * Works out an update in phases over all layers: structures → drop → redistribute → grow. Nothing is changed but the state of the random source.
 *
 * @param grownValues  asked for the values of a layer's new connections as soon as it has grown them
 * @throws Error that names the layer, if a strategy or a number of it is not as it must be
 */
export async function planUpdates(
  layers: readonly ViewedLayer[],
  rules: UpdateRules,
  grownValues: (layer: ViewedLayer, update: TopologyUpdate) => Float32Array,
): Promise<PlannedUpdate[]> {
  const {step, pruner, grower} = rules;
  for (const layer of layers) await inLayer(layer.name, step, () => checkLayer(layer, rules));
  const left = connectionsLeft(layers, rules);
  const requests: PruneRequest[] = [];
  for (const [i, layer] of layers.entries()) {
    requests.push(await inLayer(layer.name, step, () => withStructure(layer, pruneRequest(layer, left[i], rules))));
  }
  const pruned: Int32Array[] = [];
  if (pruner.pruneAll) pruned.push(...dropConnections(requests, rules));
  else {
    for (const request of requests) {
      pruned.push(...(await inLayer(request.name, step, () => dropConnections([request], rules))));
    }
  }
  const dropped = replaceable(layers, left, pruned, rules);
  const lengths = dropped.map(({length}) => length);
  const counts = connectionsToGrow(layers, left, lengths, rules);
  const planned: PlannedUpdate[] = [];
  for (const [i, layer] of layers.entries()) {
    const update = await inLayer(layer.name, step, async () => {
      const ofLayer = {...rules, structure: requests[i].structure};
      const request = growRequest(layer, dropped[i], counts[i], ofLayer);
      return growConnections(layer, dropped[i], counts[i], await withGradient(layer, request, grower), ofLayer);
    });
    const unused = layer.topology.nnz - dropped[i].length + counts[i] - update.next.nnz;
    planned.push({update, grownValues: grownValues(layer, update), unused});
  }
  return planned;
}

/** The request with the structure of this update, where it is chosen for each. */
async function withStructure(layer: ViewedLayer, request: PruneRequest): Promise<PruneRequest> {
  const {structure} = request;
  if (!structure?.atUpdate) return request;
  const {isLast} = layer;
  const denseGradient = structure.needsGradient ? checkedBlocks(await layer.readGradient()) : undefined;
  const chosen = structure.atUpdate({...request, ...(denseGradient && {denseGradient}), isLast});
  checkStrategy('DSTScheduler', 'what structure.atUpdate returns', chosen, 'nOfM(2, 4)', 'select');
  return {...request, structure: chosen};
}

/** The request with what the grower reads of the gradient. */
async function withGradient(layer: ViewedLayer, request: GrowRequest, {needsGradient}: Grower): Promise<GrowRequest> {
  if (!needsGradient) return request;
  const hasLargest = needsGradient === 'largest' && !request.structure;
  const largest = hasLargest ? await layer.readLargest?.(takenPositions(request), request.k) : undefined;
  return {...request, ...(largest ? {largest} : {gradient: await layer.readGradient()})};
}

/** Says of an error which layer it concerns. */
async function inLayer<Result>(name: string, step: number, body: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    throw new Error(`DSTScheduler: layer "${name}" at step ${step} was not updated. ${(error as Error).message}`, {
      cause: error,
    });
  }
}
