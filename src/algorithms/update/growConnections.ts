import {checkFinite} from '../../topology/checkFinite.ts';
import {mergePositions, type Positions} from '../../topology/positions.ts';
import {sum} from '../../topology/sum.ts';
import type {Topology} from '../../topology/topology.ts';
import {positionsAt, positionsWithout, type TopologyUpdate, updateTopology} from '../../topology/update.ts';
import {divideShares} from '../divideShares.ts';
import type {DenseGradient, GrowRequest, Structure} from '../types.ts';
import {
  activeLayer,
  checkLength,
  checkReturned,
  type LayerState,
  missingGradient,
  shareOf,
  type UpdateRules,
} from './layerState.ts';

const BY_STRUCTURE = 'Use strategies that go by request.structure, such as magnitudePruning() and gradientGrowth().';
const FEW_OTHERS = "Too few others are inactive: use a smaller dropFraction, or another regrown than 'never'.";

/**
 * Connections that each layer grows: in all as many as are missing to the total, none more than it has room for.
 *
 * @param left     see `connectionsLeft`
 * @param dropped  number of connections dropped of each layer
 * @throws RangeError if more are left than there are to be
 */
export function connectionsToGrow(
  layers: readonly LayerState[],
  left: readonly number[],
  dropped: readonly number[],
  rules: UpdateRules,
): number[] {
  const {total, redistribution, regrown, structure} = rules;
  const kept = layers.map(({topology}, i) => topology.nnz - dropped[i]);
  const lost = left.map((count, i) => Math.max(0, count - kept[i]));
  if (total === 'free') return redistribution?.shrink ? lost : lost.map(() => 0);
  const present = sum(layers.map(shareOf));
  const after = total ?? present;
  if (sum(kept) > after) {
    throw new RangeError(
      `updateConnectivity: the pruner must drop at least the ${present - after} connections that are too many, received ` +
        `${sum(dropped)}. Use magnitudePruning(), which drops exactly as many as it is asked.`,
    );
  }
  const risen = Math.max(0, after - present);
  const shares =
    redistribution?.grow?.(
      layers.map((layer) => activeLayer(layer, rules)),
      kept,
    ) ?? lost.map((count, i) => count + (risen * left[i]) / Math.max(1, present));
  return divideShares(
    'updateConnectivity',
    shares,
    after - sum(kept),
    // Beside a structure, growers say what there is room for.
    layers.map(({topology}, i) => topology.size - (regrown === 'never' && !structure ? topology.nnz : kept[i])),
  );
}

/**
 * What the grower is asked: `k` connections of a layer, or as many fewer as its structure asks for.
 *
 * @param dropped  slots, as the pruner returned them
 * @throws RangeError if the pruner has returned what it must not
 */
export function growRequest(
  {name, topology, explored}: LayerState,
  dropped: Int32Array,
  k: number,
  {structure, regrown = 'keep', random}: UpdateRules,
): GrowRequest {
  const {shape, size} = topology;
  const kept = positionsWithout(topology, dropped);
  const count = structure ? Math.max(0, structure.count(shape, kept.length + k) - kept.length) : k;
  const barred = regrown === 'never' && {barred: positionsAt(topology, dropped)};
  return {name, shape, size, active: kept, ...barred, k: count, explored, ...(structure && {structure}), random};
}

/**
 * Grows what the grower answers to {@link growRequest}.
 *
 * @throws RangeError if the grower has returned what it must not
 * @throws Error if the grower needs a gradient that is missing
 */
export function growConnections(
  {topology}: LayerState,
  dropped: Int32Array,
  k: number,
  request: GrowRequest,
  {grower, structure, regrown = 'keep'}: UpdateRules,
): TopologyUpdate {
  const {size, nnz} = topology;
  const {gradient, largest, barred} = request;
  if (gradient) checkLength('denseGradient', gradient.size, size);
  else if (grower.needsGradient && !largest) throw missingGradient('denseGradient', 'grower');
  const grown = grower.grow({...request, ...(gradient && {gradient: checkedBlocks(gradient)})});
  checkReturned('grower', 'positions', grown);
  // What is barred may be all that the structure has room for.
  if (grown.length !== request.k && !(barred && structure && grown.length < request.k)) {
    throw new RangeError(
      `updateConnectivity: the grower must return ${request.k} positions, as many as were dropped, ` +
        `received ${grown.length}. ${structure ? BY_STRUCTURE : 'Return exactly request.k positions.'}`,
    );
  }
  if (barred && countBoth(grown, barred) > 0) {
    throw new RangeError(
      "updateConnectivity: the grower must return no position that was just dropped where regrown is 'never', received " +
        `${countBoth(grown, barred)} of them. Leave out request.barred.`,
    );
  }
  const update = updateTopology(topology, dropped, grown);
  checkStructure(
    structure,
    update.next,
    nnz - dropped.length + k,
    grown.length < request.k ? FEW_OTHERS : BY_STRUCTURE,
  );
  return regrown === 'fresh' && nnz > 0 ? {...update, source: withoutDropped(update.source, dropped)} : update;
}

/** How many positions two lists have in common. */
function countBoth(a: Positions, b: Positions): number {
  return a.length + b.length - mergePositions(Number.MAX_SAFE_INTEGER, a, b).length;
}

/** Throws unless a topology has the structure, and no connection more than its budget. */
function checkStructure(structure: Structure | undefined, next: Topology, budget: number, advice: string): void {
  const violation = structure?.violation(next) ?? (next.nnz > budget ? `more than ${budget} connections` : undefined);
  if (violation === undefined) return;
  throw new RangeError(
    `updateConnectivity: pruner and grower must return topologies with the structure ${structure?.name}, received one with ` +
      `${violation}. ${advice}`,
  );
}

/** Where connections come from, those that were dropped and grown again from nowhere. */
function withoutDropped(source: Int32Array, dropped: Int32Array): Int32Array {
  let next = 0;
  return source.map((slot) => {
    while (next < dropped.length && dropped[next] < slot) next++;
    return dropped[next] === slot ? -1 : slot;
  });
}

/** The same gradient, checked as it is read. */
export function checkedBlocks(gradient: DenseGradient): DenseGradient {
  return {
    size: gradient.size,
    block(begin, end) {
      const block = gradient.block(begin, end);
      checkFinite('updateConnectivity', 'denseGradient', block, {place: 'position', begin});
      return block;
    },
  };
}
