import {checkKind} from '../../topology/checkKind.ts';
import {describeValue} from '../../topology/describeValue.ts';
import {createPositions, mergePositions} from '../../topology/positions.ts';
import {selectLargest} from '../../topology/select.ts';
import {sum} from '../../topology/sum.ts';
import {checkStrategy} from '../checkStrategy.ts';
import type {DiscoveryRequest, Grower, Structure} from '../types.ts';

/** `[share, grower]` */
type Part = readonly [share: number, grower: Grower];

/**
 * Grows by several rules at once, for instance half of the connections by gradient and half at random.
 *
 * `k` is divided exactly: each part gets its share rounded down, and what is left goes to the largest remainders, ties to the
 * part listed first. The parts choose in turn; to each, what the earlier ones grew is active and explored. What parts keep from update
 * to update is saved and restored with them.
 *
 * @param parts  `[share, grower]`, shares in [0, 1] that sum to 1
 * @throws RangeError if a share is out of range or the shares do not sum to 1
 * @throws TypeError if a part is no such pair
 *
 * @example
 * mixedGrowth([[0.5, gradientGrowth()], [0.5, unexploredFirstGrowth()]])
 */
export function mixedGrowth(parts: readonly (readonly [share: number, grower: Grower])[]): Grower {
  const advice = 'Write [[0.5, gradientGrowth()], [0.5, randomGrowth()]].';
  checkKind('mixedGrowth', 'parts', 'a list', parts, advice);
  for (const part of parts) {
    checkKind('mixedGrowth', 'a part', 'a list', part, advice);
    checkStrategy('mixedGrowth', 'the grower of a part', part[1], 'randomGrowth()', 'grow');
  }
  const shares = parts.map(([share]) => share);
  checkShares(shares);
  const predictable = parts.every(([, grower]) => grower.discoveries);
  const names = parts.map(([share, {name = 'another'}]) => `${share} ${name}`);
  return {
    name: `mixedGrowth(${names.join(', ')})`,
    ...(predictable && {discoveries: (request) => discoveriesInTurn(parts, request)}),
    needsGradient: parts.some(([, grower]) => grower.needsGradient),
    grow(request) {
      const {size, k} = request;
      const counts = divide(k, shares);
      const structure = request.structure && withTotal(request.structure, request.active.length + k);
      const explored = request.explored.copy();
      let active = request.active;
      let grown = createPositions(size, 0);
      let asked = 0;
      parts.forEach(([, grower], i) => {
        asked += counts[i];
        // What a structure has left of the share of one part, for want of a whole unit, the next one gets.
        const count = structure ? asked - grown.length : counts[i];
        const picks = grower.grow({...request, ...(structure && {structure}), active, explored, k: count});
        explored.add(picks);
        active = mergePositions(size, active, picks);
        grown = mergePositions(size, grown, picks);
      });
      return grown;
    },
    ...(parts.some(([, grower]) => grower.save) && statesOf(parts)),
  };
}

/** The structure for a part: the layer has so many connections once all parts have grown theirs. */
function withTotal(structure: Structure, total: number): Structure {
  const select: Structure['select'] = (request) => structure.select({...request, total});
  return Object.assign(Object.create(structure), {select});
}

/** What the parts keep, in their order; null of those that keep nothing. */
function statesOf(parts: readonly Part[]): Required<Pick<Grower, 'save' | 'restore'>> {
  return {
    save: () => parts.map(([, grower]) => grower.save?.() ?? null),
    restore(state) {
      if (!Array.isArray(state) || state.length !== parts.length) {
        throw new Error(
          `mixedGrowth: a saved state must be a list of ${parts.length}, one for each part, received ${describeValue(state)}. ` +
            'It was damaged: load it again, or use an earlier one.',
        );
      }
      parts.forEach(([, grower], i) => {
        if (grower.save) grower.restore?.(state[i]);
      });
    },
  };
}

function discoveriesInTurn(parts: readonly Part[], {inactive, unexplored, k}: DiscoveryRequest): number {
  const counts = divide(
    k,
    parts.map(([share]) => share),
  );
  let left = unexplored;
  let open = inactive;
  parts.forEach(([, grower], i) => {
    left -= grower.discoveries?.({inactive: open, unexplored: left, k: counts[i]}) ?? 0;
    open -= counts[i];
  });
  return unexplored - left;
}

/** Whole numbers in proportion to the shares, summing to `k`: the method of the largest remainders. */
function divide(k: number, shares: readonly number[]): number[] {
  const exact = shares.map((share) => share * k);
  const counts = exact.map(Math.floor);
  const left = k - sum(counts);
  for (const i of selectLargest(
    Float32Array.from(exact, (value, i) => value - counts[i]),
    left,
  ))
    counts[i]++;
  return counts;
}

function checkShares(shares: readonly number[]): void {
  if (
    !shares.every((share) => Number.isFinite(share) && share >= 0 && share <= 1) ||
    Math.abs(sum(shares) - 1) > 1e-12
  ) {
    throw new RangeError(
      `mixedGrowth: shares must be in [0, 1] and sum to 1, received [${shares.join(', ')}]. ` +
        'Give each grower its part of the connections to grow.',
    );
  }
}
