import {selectLargest} from '../../topology/select.ts';
import {sum} from '../../topology/sum.ts';
import {checkShares, divideShares, roundToTotal} from '../divideShares.ts';
import type {PruneRequest} from '../types.ts';
import {activeLayer, checkReturned, type LayerState, shareOf, type UpdateRules} from './layerState.ts';

/**
 * Connections that each layer is to have once the surplus of a falling density is gone, where none is replaced: its share, where the
 * density does not fall.
 */
export function connectionsLeft(layers: readonly LayerState[], rules: UpdateRules): number[] {
  const {total, redistribution, step} = rules;
  const shrink = (to?: number) =>
    redistribution?.shrink?.(
      layers.map((layer) => activeLayer(layer, rules)),
      to,
      step,
    );
  const present = layers.map(shareOf);
  const all = sum(present);
  if (total === 'free') {
    const left = shrink() ?? present;
    checkShares('updateConnectivity', left, present.length);
    return left.map((count, i) => Math.min(Math.max(Math.round(count), 0), present[i]));
  }
  if (total === undefined || total >= all) return present;
  // There are no more to choose from than are active, whatever a structure left out.
  const active = layers.reduce((sum, {topology}) => sum + topology.nnz, 0);
  const wanted = shrink(Math.min(total, active));
  if (wanted) return divideShares('updateConnectivity', wanted, total, present);
  // A layer keeps a connection as long as there are as many as layers that have some.
  const lowest = total >= present.filter((nnz) => nnz > 0).length ? 1 : 0;
  return roundToTotal(
    present.map((nnz) => (nnz * total) / all),
    total,
    present,
    lowest,
  );
}

/** What the pruner is asked about a layer that is to be left with so many connections before any is replaced. */
export function pruneRequest(layer: LayerState, left: number, rules: UpdateRules): PruneRequest {
  const {nnz, size} = layer.topology;
  const {fraction, structure, regrown, redistribution, total} = rules;
  const surplus = Math.max(0, nnz - left);
  const wanted = surplus + Math.ceil(fraction * (nnz - surplus));
  // What does not come back must leave enough others for the layer's share.
  const k = regrown === 'never' && !redistribution?.grow ? Math.min(wanted, size - left) : wanted;
  // Pruners with a rule of their own go by the fraction: it covers the surplus, too.
  const share = surplus === 0 && k === wanted ? fraction : k / nnz;
  // Nothing comes in the place of what is dropped: the structure has to fit what is kept.
  const staying = total === 'free' && !redistribution?.shrink ? nnz - k : left;
  return {...activeLayer(layer, rules), fraction: share, k, left: staying, ...(structure && {structure})};
}

/** The slots that the pruner drops, of each layer. */
export function dropConnections(requests: readonly PruneRequest[], {pruner}: UpdateRules): Int32Array[] {
  const dropped = pruner.pruneAll?.(requests) ?? requests.map((request) => pruner.prune(request));
  for (const [i, request] of requests.entries()) {
    checkReturned('pruner', 'slots', dropped[i]);
    checkSomeLeft(request, dropped[i].length);
  }
  return dropped;
}

/**
 * The slots to drop without the largest of them, where what is dropped does not come back and too few others would be left for the
 * total, or, where there is none, for what a layer is to have. Structures choose for themselves what stays.
 *
 * @param left  see {@link connectionsLeft}
 */
export function replaceable(
  layers: readonly LayerState[],
  left: readonly number[],
  dropped: readonly Int32Array[],
  {total, regrown, structure, redistribution}: UpdateRules,
): readonly Int32Array[] {
  if (regrown !== 'never' || structure) return dropped;
  if (total !== 'free') return withoutLargest(layers, dropped, total ?? sum(layers.map(shareOf)));
  if (!redistribution?.shrink) return dropped;
  return layers.map((layer, i) => withoutLargest([layer], [dropped[i]], left[i])[0]);
}

/** As many slots of these layers as leave others for a total. */
function withoutLargest(
  layers: readonly LayerState[],
  dropped: readonly Int32Array[],
  total: number,
): readonly Int32Array[] {
  const others = sum(layers.map(({topology}) => topology.size)) - total;
  const excess = sum(dropped.map(({length}) => length)) - others;
  if (excess <= 0) return dropped;
  const magnitudes = layers.flatMap(({values}, i) => Array.from(dropped[i], (slot) => Math.abs(values[slot])));
  const kept = new Set(selectLargest(Float32Array.from(magnitudes), excess));
  let index = 0;
  return dropped.map((slots) => slots.filter(() => !kept.has(index++)));
}

/** A layer that begins without the structure may have no connection that could stay: it must not lose all that it has learned. */
function checkSomeLeft({topology, structure, k}: PruneRequest, dropped: number): void {
  const {nnz} = topology;
  const violation = k < nnz && dropped === nnz ? structure?.violation(topology) : undefined;
  if (!violation) return;
  throw new RangeError(
    `updateConnectivity: topologies must begin with the structure ${structure!.name}, received one of which none of ${nnz} connections ` +
      `could stay: it has ${violation}. Make it by initialTopologies or sampleStructure.`,
  );
}
