import type {LayerShape} from '../algorithms/types.ts';
import {countShared} from '../topology/countShared.ts';
import {matchSlots} from '../topology/matchSlots.ts';
import {type BitSet, createPositionSet, type SortedSet} from '../topology/positionSet.ts';
import type {Topology} from '../topology/topology.ts';
import {positionsAt} from '../topology/update.ts';
import {SurvivalCounts} from './survivalCounts.ts';

/** The connections that two topologies have in common, and those that at least one of them has. */
export interface Overlap {
  readonly shared: number;
  readonly union: number;
}

/** What a {@link TrackedLayer} consists of. */
export interface TrackedState {
  readonly name: string;
  /** The topology at the begin, and the one of the last record. */
  readonly initial: Topology;
  readonly active: Topology;
  /** `[active.nnz]`: index of the record since which the connection in this slot is active; 0 for the initial ones. */
  readonly births: Int32Array;
  readonly explored: BitSet | SortedSet;
  readonly reliable: BitSet | SortedSet;
  readonly survival: SurvivalCounts;
}

/**
 * The connections of one layer over a training: which there ever were, since when there are those that are active, how long
 * grown ones lived.
 *
 * A connection that is active before and after an update has lived on, also if it was dropped and grown again in it and kept its value;
 * if it got a fresh one, it begins anew. Memory: the explored sets, and 8 bytes per active connection; cost of an update: O(nnz).
 */
export class TrackedLayer implements LayerShape {
  readonly name: string;
  readonly explored: BitSet | SortedSet;
  readonly reliable: BitSet | SortedSet;
  readonly survival: SurvivalCounts;
  private readonly initial: Topology;
  private current: Topology;
  private births: Int32Array;

  constructor({name, initial, active, births, explored, reliable, survival}: TrackedState) {
    this.name = name;
    this.initial = initial;
    this.current = active;
    this.births = births;
    this.explored = explored;
    this.reliable = reliable;
    this.survival = survival;
  }

  /** A layer at the begin: its topology counts as explored. */
  static from(name: string, topology: Topology): TrackedLayer {
    const {size, nnz} = topology;
    const explored = createPositionSet(size);
    explored.add(topology.positions());
    const reliable = createPositionSet(size);
    const [births, survival] = [new Int32Array(nnz), new SurvivalCounts()];
    return new TrackedLayer({name, initial: topology, active: topology, births, explored, reliable, survival});
  }

  get shape(): readonly number[] {
    return this.current.shape;
  }

  /** The topology of the last record. */
  get active(): Topology {
    return this.current;
  }

  /** Its parts, shared with it. */
  state(): TrackedState {
    const {name, initial, active, births, explored, reliable, survival} = this;
    return {name, initial, active, births, explored, reliable, survival};
  }

  /** `[nnz]`, by slot: index of the record since which each connection is active. Do not write to it. */
  bornAt(): Int32Array {
    return this.births;
  }

  /** Takes the active connections as reliably explored that are active since one of the records `begin … end - 1`. */
  addReliable(begin: number, end: number): void {
    if (begin >= end) return;
    const {births} = this;
    const slots = new Int32Array(births.length);
    let length = 0;
    for (let slot = 0; slot < births.length; slot++) {
      slots[length] = slot;
      length += Number(births[slot] >= begin && births[slot] < end);
    }
    this.reliable.add(positionsAt(this.current, slots.subarray(0, length)));
  }

  /**
   * Goes on to the topology after an update.
   *
   * @param record  the index of this update's record, from 1 on
   * @param source  `[next.nnz]`: the slot that a connection has gone on from, −1 for one that begins anew. @defaultValue those that are in
   *   both topologies go on
   * @returns what the topologies before and after have in common
   */
  move(next: Topology, record: number, source = matchSlots(this.current, next)): Overlap {
    const before = this.births;
    const births = new Int32Array(next.nnz);
    const grown = new Int32Array(next.nnz);
    let grownCount = 0;
    for (let slot = 0; slot < births.length; slot++) {
      // Without a branch that a processor could not predict.
      const isNew = Number(source[slot] < 0);
      births[slot] = isNew * record + (before[source[slot] + isNew] & (isNew - 1));
      grown[grownCount] = slot;
      grownCount += isNew;
    }
    this.explored.add(positionsAt(next, grown.subarray(0, grownCount)));
    // Distances are between topologies, whatever values their connections have.
    const shared = countShared(this.current, next);
    const [faced, kept] = [countByBirth(before, record), countByBirth(births, record)];
    for (let birth = 1; birth < record; birth++) this.survival.add(record - birth, faced[birth], kept[birth]);
    this.births = births;
    this.current = next;
    return {shared, union: before.length + next.nnz - shared};
  }

  /** What the initial topology and the current one have in common. */
  overlapWithInitial(): Overlap {
    const shared = countShared(this.initial, this.current);
    return {shared, union: this.initial.nnz + this.current.nnz - shared};
  }
}

/** How many connections are active since each record, up to and with the one of this index. */
function countByBirth(births: Int32Array, record: number): Int32Array {
  const counts = new Int32Array(record + 1);
  for (let slot = 0; slot < births.length; slot++) counts[births[slot]]++;
  return counts;
}

/** The Jaccard distance over several layers: 1 − connections in both topologies / connections in either; 0 without any. */
export function distanceOf(overlaps: readonly Overlap[]): number {
  let shared = 0;
  let union = 0;
  for (const overlap of overlaps) {
    shared += overlap.shared;
    union += overlap.union;
  }
  return union === 0 ? 0 : 1 - shared / union;
}
