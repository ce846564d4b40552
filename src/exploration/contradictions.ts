import {matchSlots} from '../topology/matchSlots.ts';
import {BitSet, type SortedSet} from '../topology/positionSet.ts';
import {sum} from '../topology/sum.ts';
import type {Topology} from '../topology/topology.ts';
import type {ExplorationPoint} from './explorationJSON.ts';
import type {ReliabilityRule} from './reliability.ts';
import {distanceOf, type TrackedLayer} from './trackedLayer.ts';

/** Distances over all layers are compared with those of each up to rounding. */
const ROUNDING = 1e-12;

/**
 * What no training leads to in a layer that was saved: one sentence, or `undefined` if there is nothing.
 *
 * @param last   index of the last record
 * @param rated  the records that were made long enough before it for a connection to count as reliable: indices below this one
 */
export function contradictionInLayer(layer: TrackedLayer, last: number, rated: number): string | undefined {
  const {initial, active, births, explored, reliable, survival} = layer.state();
  const {faced, kept} = survival;
  const source = matchSlots(initial, active);
  const alive = new Float64Array(last + 1);
  for (const birth of births) alive[birth]++;
  const grown = (faced[0] ?? 0) + (last > 0 ? alive[last] : 0);
  const checks: readonly [boolean, string][] = [
    [holds(explored, initial) && holds(explored, active), 'explored must hold every connection that was ever active'],
    [isSubset(reliable, explored), 'reliable must hold explored connections only'],
    [births.every((birth, slot) => birth > 0 || source[slot] >= 0), 'births must be above 0 for grown connections'],
    [holds(reliable, active, births, rated), 'reliable must hold every connection that was active for long enough'],
    [explored.count - initial.nnz <= grown, 'explored must hold no more connections than there were and were grown'],
    [faced.length < Math.max(last, 1) && faced.at(-1) !== 0, 'faced must count the updates that grown connections met'],
    [
      kept.every((count, i) => count - (faced[i + 1] ?? 0) === alive[last - 1 - i] && count <= faced[i]),
      'kept must count the grown connections that are active now or met a later update',
    ],
    [
      alive.every((count, birth) => birth === 0 || birth >= last - kept.length || count === 0),
      'kept must count every grown connection that met an update',
    ],
  ];
  return checks.find(([isTrue]) => !isTrue)?.[1];
}

/** What no training leads to in a history and the layers at its end: one sentence, or `undefined` if there is nothing. */
export function contradictionInHistory(
  layers: readonly TrackedLayer[],
  history: readonly ExplorationPoint[],
  rule: ReliabilityRule,
): string | undefined {
  const [first, last] = [history[0], history[history.length - 1]];
  const sizes = layers.map(({explored}) => explored.size);
  const states = layers.map((layer) => layer.state());
  const drifts = layers.map((layer) => layer.overlapWithInitial());
  const grownBefore = history.length < 3 ? 0 : sum(states.map(({births}) => countOf(births, history.length - 2)));
  const pairs = history.slice(1).map((point, i) => [history[i], point] as const);
  const isEqual = (rates: readonly number[], counts: readonly number[]) =>
    rates.every((rate, i) => rate === counts[i] / sizes[i]);
  const checks: readonly [boolean, string][] = [
    [first.step === 0 && pairs.every(([a, b]) => a.step <= b.step), 'steps must begin at 0 and not fall'],
    [
      history.every(({rate, rates}) => isShareOf(rate, rates, sizes)) &&
        history.every(({reliableRate, reliableRates}) => isShareOf(reliableRate, reliableRates, sizes)),
      'rates must be counts of connections, of all layers together the sum of those of each',
    ],
    [
      pairs.every(([a, b]) => isRising(a.rates, b.rates) && isRising(a.reliableRates, b.reliableRates)),
      'rates must not fall',
    ],
    [history.every((point) => isRising(point.reliableRates, point.rates)), 'reliable rates must not exceed the others'],
    [
      isEqual(
        first.rates,
        states.map(({initial}) => initial.nnz),
      ) &&
        isEqual(
          last.rates,
          layers.map(({explored}) => explored.count),
        ) &&
        isEqual(
          last.reliableRates,
          layers.map(({reliable}) => reliable.count),
        ),
      'rates must begin with the initial topologies and end with what the layers explored',
    ],
    [
      history.every(
        ({step, reliableRate}, i) => reliableRate === 0 || ('steps' in rule ? step >= rule.steps : i >= rule.updates),
      ),
      'reliable rates must be 0 before the rule can be met',
    ],
    [
      history.every(({distance, distances}) => isBetween(distance, distances)) &&
        history.every(({drift, drifts}) => isBetween(drift, drifts)),
      'distances over all layers must lie between those of each',
    ],
    [
      [first.distance, first.drift, ...first.distances, ...first.drifts].every((distance) => distance === 0) &&
        last.drift === distanceOf(drifts) &&
        last.drifts.every((drift, i) => drift === distanceOf([drifts[i]])),
      'distances must begin at 0 and end with those of the layers',
    ],
    [
      history.slice(0, 2).every(({survival}) => survival === null) && (last.survival ?? 0) > 0 === grownBefore > 0,
      'survival must be that of the connections which the update before had grown',
    ],
  ];
  return checks.find(([isTrue]) => !isTrue)?.[1];
}

/** True if a set holds the connections of a topology, or those of them that are active since a record before `end`. */
function holds(set: BitSet | SortedSet, topology: Topology, births?: Int32Array, end = 0): boolean {
  return topology.positions().every((position, slot) => (births && births[slot] >= end) || set.has(position));
}

/** Both sets of a layer are kept in the same way. */
function isSubset(part: BitSet | SortedSet, whole: BitSet | SortedSet): boolean {
  if (part instanceof BitSet) {
    return whole instanceof BitSet && part.words.every((word, i) => (word & ~whole.words[i]) === 0);
  }
  return !(whole instanceof BitSet) && part.positions().every((position) => whole.has(position));
}

/** True if a share over all layers, and those of each, are counts of positions that add up. */
function isShareOf(share: number, shares: readonly number[], sizes: readonly number[]): boolean {
  const counts = shares.map((each, i) => Math.round(each * sizes[i]));
  const size = sum(sizes);
  return shares.every((each, i) => each === counts[i] / sizes[i]) && share === (size === 0 ? 0 : sum(counts) / size);
}

function isRising(before: readonly number[], after: readonly number[]): boolean {
  return before.every((rate, i) => rate <= after[i]);
}

function isBetween(value: number, values: readonly number[]): boolean {
  return (
    value >= values.reduce((least, each) => Math.min(least, each), values.length === 0 ? 0 : 1) - ROUNDING &&
    value <= values.reduce((most, each) => Math.max(most, each), 0) + ROUNDING
  );
}

function countOf(births: Int32Array, record: number): number {
  return births.reduce((count, birth) => count + Number(birth === record), 0);
}
