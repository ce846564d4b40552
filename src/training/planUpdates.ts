import type {DenseGradient, PruneRequest} from '../algorithms/types.ts';
import {connectionsLeft, dropConnections, pruneRequest} from '../algorithms/update/dropConnections.ts';
import {checkedBlocks, connectionsToGrow, growConnections} from '../algorithms/update/growConnections.ts';
import {checkLayer, type LayerState, type UpdateRules} from '../algorithms/update/layerState.ts';
import type {TopologyUpdate} from '../topology/update.ts';

/** A layer as the phases of an update see it. */
export interface ViewedLayer extends LayerState {
  /** Whether it is the last sparse layer of the model. */
  readonly isLast: boolean;
  /** The gradient at all positions, read when the layer grows, and when its structure is chosen by it. */
  readGradient(): Promise<DenseGradient>;
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
  const dropped: Int32Array[] = [];
  if (pruner.pruneAll) dropped.push(...dropConnections(requests, rules));
  else {
    for (const request of requests) {
      dropped.push(...(await inLayer(request.name, step, () => dropConnections([request], rules))));
    }
  }
  const lengths = dropped.map(({length}) => length);
  const counts = connectionsToGrow(layers, left, lengths, rules);
  const planned: PlannedUpdate[] = [];
  for (const [i, layer] of layers.entries()) {
    const update = await inLayer(layer.name, step, async () => {
      const gradient = grower.needsGradient ? await layer.readGradient() : undefined;
      return growConnections(layer, dropped[i], counts[i], gradient, {...rules, structure: requests[i].structure});
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
  return {...request, structure: structure.atUpdate({...request, ...(denseGradient && {denseGradient}), isLast})};
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
