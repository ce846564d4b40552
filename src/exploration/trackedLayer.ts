import type {LayerShape} from '../algorithms/types.ts';
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
 * A connection that is active before and after an update has lived on, also if it was dropped and grown again in it: it keeps
 * its value, and so its age. Memory: the explored sets, and 8 bytes per active connection; cost of an update: O(nnz).
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

  /** Takes the active connections that were there at this record or before as reliably explored. */
  addReliable(record: number): void {
    const slots = new Int32Array(this.births.length);
    let length = 0;
    for (let slot = 0; slot < slots.length; slot++) if (this.births[slot] <= record) slots[length++] = slot;
    if (length > 0) this.reliable.add(positionsAt(this.current, slots.subarray(0, length)));
  }

  /**
   * Goes on to the topology after an update.
   *
   * @param record  the index of this update's record, from 1 on
   * @returns what the topologies before and after have in common
   */
  move(next: Topology, record: number): Overlap {
    const source = matchSlots(this.current, next);
    const births = new Int32Array(next.nnz);
    const isKept = new Uint8Array(this.current.nnz);
    const grown = new Int32Array(next.nnz);
    let grownCount = 0;
    for (let slot = 0; slot < source.length; slot++) {
      if (source[slot] < 0) {
        births[slot] = record;
        grown[grownCount++] = slot;
      } else {
        births[slot] = this.births[source[slot]];
        isKept[source[slot]] = 1;
      }
    }
    for (let slot = 0; slot < isKept.length; slot++) {
      if (this.births[slot] > 0) this.survival.count(record - this.births[slot], isKept[slot] === 1);
    }
    this.explored.add(positionsAt(next, grown.subarray(0, grownCount)));
    this.births = births;
    this.current = next;
    return {shared: next.nnz - grownCount, union: isKept.length + grownCount};
  }

  /** What the initial topology and the current one have in common. */
  overlapWithInitial(): Overlap {
    let shared = 0;
    for (const slot of matchSlots(this.initial, this.current)) if (slot >= 0) shared++;
    return {shared, union: this.initial.nnz + this.current.nnz - shared};
  }
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
