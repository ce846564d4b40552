import {checkKind} from '../../topology/checkKind.ts';
import type {Topology} from '../../topology/topology.ts';
import type {Structure} from '../types.ts';

/**
 * Only connections of a given topology: what a layer may have at all, for instance the neighbours in a graph, or a ticket that was found
 * before. For layers of the topology's shape. A saved training knows the topology by a fingerprint.
 *
 * @throws TypeError if it is no topology
 */
export function within(allowed: Topology): Structure {
  checkKind('within', 'allowed', 'a Topology', allowed, 'Make one with Topology.fromMask(shape, mask).');
  const positions = new Set<number>(allowed.positions());
  const name = `within(${allowed.nnz} of [${allowed.shape}], ${fingerprint(positions)})`;
  const checkShape = (shape: readonly number[]) => {
    if (shape.length === allowed.shape.length && shape.every((length, axis) => length === allowed.shape[axis])) return;
    throw new RangeError(
      `within: the layer must have the shape [${allowed.shape}] of the topology, received [${shape}]. Use a scheduler for such layers only.`,
    );
  };
  return {
    name,
    count(shape, nnz) {
      checkShape(shape);
      return Math.min(nnz, allowed.nnz);
    },
    select({shape, candidates, scores, k}) {
      checkShape(shape);
      const possible = [...candidates.keys()].filter((index) => positions.has(candidates[index]));
      possible.sort((a, b) => scores[b] - scores[a] || a - b);
      return Int32Array.from(possible.slice(0, k)).sort();
    },
    violation(topology) {
      const outside = topology.positions().find((position) => !positions.has(position));
      return outside === undefined ? undefined : `a connection at position ${outside}, which is not allowed`;
    },
  };
}

/** Eight digits that differ for nearly all sets of positions: FNV-1a, a position at a time. */
function fingerprint(positions: Iterable<number>): string {
  let hash = 0x811c9dc5;
  for (const position of positions) hash = Math.imul(hash ^ position, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
