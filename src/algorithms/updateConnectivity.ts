import {checkKind} from '../topology/checkKind.ts';
import type {PositionSet} from '../topology/positionSet.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import type {TopologyUpdate} from '../topology/update.ts';
import {checkStrategy} from './checkStrategy.ts';
import type {DenseGradient, Grower, Pruner} from './types.ts';
import {connectionsLeft, dropConnections, pruneRequest} from './update/dropConnections.ts';
import {connectionsToGrow, growConnections, growRequest} from './update/growConnections.ts';
import {checkLayer, checkLength, missingGradient} from './update/layerState.ts';

/** What {@link updateConnectivity} needs to know of a layer. */
export interface ConnectivityRequest {
  /** Name of the layer, passed on to the strategies. @defaultValue '' */
  readonly name?: string;
  /** The active connections before the update. */
  readonly topology: Topology;
  /** `[nnz]`: the weights, by slot. */
  readonly values: Float32Array;
  /** `[nnz]`: dL/dw at the active connections, by slot. Required if the pruner has `needsGradient`. */
  readonly gradientAtActive?: Float32Array;
  /** dL/dw at every position. Required if the grower has `needsGradient`. */
  readonly denseGradient?: DenseGradient;
  /** By name, `[nnz]`: what connections have beside their values, by slot. */
  readonly companions?: Readonly<Record<string, Float32Array>>;
  /** Every position that was ever active, those of `topology` among them. It is read, never changed. */
  readonly explored: PositionSet;
  /** Share of the connections to replace, in [0, 1]; ceil(fraction · nnz) in double arithmetic. */
  readonly fraction: number;
  /** Connections after the update. @defaultValue as many as before */
  readonly nnzAfter?: number;
  /** Chooses what is dropped. */
  readonly pruner: Pruner;
  /** Chooses what is grown. */
  readonly grower: Grower;
  /** Passed on to both. */
  readonly random: Random;
}

/**
 * One update of the connectivity of one layer: the pruner drops, the grower grows exactly as many, so that nnz is constant;
 * or, with `nnzAfter`, the pruner drops the surplus as well, which is not grown again, or more are grown than were dropped.
 *
 * Nothing is changed: the result says what is to be carried where. A connection that is dropped and grown again keeps its slot
 * in `source`, and with it its value and its optimizer state. A `DSTScheduler` does the same in phases over all layers.
 *
 * @throws RangeError if `fraction`, a length or a number among `values` and gradients is not as it must be, or if the pruner or
 * the grower return what they must not: another count than asked, positions out of order, repeated or active
 * @throws Error if a gradient is needed and missing
 */
export function updateConnectivity(request: ConnectivityRequest): TopologyUpdate {
  const where = 'updateConnectivity';
  checkKind(
    where,
    'request',
    'an object',
    request,
    'Give it topology, values, explored, fraction, pruner, grower and random.',
  );
  checkKind(where, 'topology', 'a Topology', request.topology, 'Make one with Topology.random(shape, nnz, random).');
  checkKind(where, 'values', 'a list', request.values, 'Pass one number for each active connection.');
  checkStrategy(where, 'pruner', request.pruner, 'magnitudePruning()', 'prune');
  checkStrategy(where, 'grower', request.grower, 'randomGrowth()', 'grow');
  const {name = '', topology, denseGradient, nnzAfter, grower} = request;
  const layer = {...request, name};
  const rules = {...request, step: 0, total: nnzAfter};
  checkLayer(layer, rules);
  checkCount(nnzAfter, topology);
  if (denseGradient) checkLength('denseGradient', denseGradient.size, topology.size);
  else if (grower.needsGradient) throw missingGradient('denseGradient', 'grower');
  const left = connectionsLeft([layer], rules);
  const [dropped] = dropConnections([pruneRequest(layer, left[0], rules)], rules);
  const [k] = connectionsToGrow([layer], left, [dropped.length], rules);
  const growing = growRequest(layer, dropped, k, rules);
  return growConnections(layer, dropped, k, {...growing, ...(denseGradient && {gradient: denseGradient})}, rules);
}

function checkCount(nnzAfter: number | undefined, {size}: Topology): void {
  if (nnzAfter !== undefined && !(Number.isInteger(nnzAfter) && nnzAfter >= 0 && nnzAfter <= size)) {
    throw new RangeError(
      `updateConnectivity: nnzAfter must be an integer in [0, ${size}], received ${nnzAfter}. Leave it out to keep all.`,
    );
  }
}
