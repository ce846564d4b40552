import type {SelectRequest, Structure} from '../types.ts';

/** A structure of units of equal size, each there as a whole or not at all. */
export interface Units {
  readonly name: string;
  /**
   * Positions of a unit.
   *
   * @throws RangeError if the shape does not fall into units
   */
  unitSize(shape: readonly number[]): number;
  /** The unit of a position: a number from 0 up to size / unitSize. */
  unitOf(shape: readonly number[]): (position: number) => number;
}

/** The structure of these units: those whose candidates have the highest mean score. */
export function unitStructure(units: Units): Structure {
  return {
    name: units.name,
    count(shape, nnz) {
      const size = units.unitSize(shape);
      return Math.floor(nnz / size) * size;
    },
    select(request) {
      const {shape, candidates, k} = request;
      const unitOf = units.unitOf(shape);
      const chosen = new Set(bestUnits(units, request).slice(0, Math.floor(k / units.unitSize(shape))));
      return Int32Array.from(candidates.keys()).filter((index) => chosen.has(unitOf(candidates[index])));
    },
    violation(topology) {
      const {shape, size} = topology;
      const unitSize = units.unitSize(shape);
      const unitOf = units.unitOf(shape);
      const counts = new Int32Array(size / unitSize);
      for (const position of topology.positions()) counts[unitOf(position)]++;
      const unit = counts.findIndex((count) => count !== 0 && count !== unitSize);
      return unit < 0 ? undefined : `${counts[unit]} of the ${unitSize} connections of unit ${unit}`;
    },
  };
}

/** The units all of whose positions are candidates, by their mean score, highest first; the lower unit first among equals. */
function bestUnits(units: Units, {shape, candidates, scores}: SelectRequest): number[] {
  const unitOf = units.unitOf(shape);
  const found = new Map<number, {count: number; sum: number}>();
  for (let i = 0; i < candidates.length; i++) {
    const unit = unitOf(candidates[i]);
    const {count, sum} = found.get(unit) ?? {count: 0, sum: 0};
    found.set(unit, {count: count + 1, sum: sum + scores[i]});
  }
  const unitSize = units.unitSize(shape);
  return [...found]
    .filter(([, {count}]) => count === unitSize)
    .sort(([a, {sum: first}], [b, {sum: second}]) => second - first || a - b)
    .map(([unit]) => unit);
}
