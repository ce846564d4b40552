import type {LayerShape} from '../algorithms/types.ts';
import {type BitSet, createPositionSet, type PositionSet, type SortedSet} from '../topology/positionSet.ts';
import {sizeOf} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import {checkExplorationJSON, type ExplorationJSON, type ExplorationPoint} from './explorationJSON.ts';
import {restoreSet, saveSet} from './savedSet.ts';

interface TrackedLayer extends LayerShape {
  readonly explored: BitSet | SortedSet;
}

/**
 * Remembers which connections were ever active: the in-time over-parameterization of a training.
 *
 * R_s = connections that were active at some time / connections of the dense weights, over the sparse layers together;
 * biases and dense layers do not count. R_s begins at the density, never falls, and is 1 once every connection had its
 * turn. Memory: one bit per position of the dense weights, or two bytes per explored position of a weight with more than 2^31.
 *
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization? In-Time Over-Parameterization in Sparse
 * Training", §3, https://arxiv.org/abs/2102.02887
 */
export class ExplorationTracker {
  private layers: readonly TrackedLayer[];
  private points: ExplorationPoint[] = [];

  /**
   * The initial topologies count as explored and are the entry for step 0 in the history.
   *
   * @param layers  the sparse layers, with distinct names, and their initial topologies
   * @throws RangeError if two layers have the same name
   */
  constructor(layers: readonly {readonly name: string; readonly topology: Topology}[]) {
    const topologies = layers.map(({topology}) => topology);
    this.layers = layers.map(({name, topology}) => ({
      name,
      shape: topology.shape,
      explored: createPositionSet(topology.size),
    }));
    checkNames(this.layers);
    this.record(0, topologies);
  }

  /**
   * The tracker that was saved; it continues where that one was.
   *
   * @param json  what `toJSON` returned, or what `JSON.parse` made of its text
   * @throws Error if it is something else, of another version, damaged or cut off
   */
  static fromJSON(json: unknown): ExplorationTracker {
    const {layers, history} = checkExplorationJSON(json);
    const tracker = new ExplorationTracker([]);
    tracker.layers = layers.map(({name, shape, explored}) => ({
      name,
      shape: [...shape],
      explored: restoreSet(sizeOf(shape), explored, `ExplorationTracker, layer '${name}'`),
    }));
    checkNames(tracker.layers);
    tracker.points = history.map(copyPoint);
    return tracker;
  }

  /** The whole state as plain JSON, for a checkpoint. `JSON.stringify(tracker)` calls it. */
  toJSON(): ExplorationJSON {
    return {
      format: 'itop-exploration',
      version: 1,
      layers: this.layers.map(({name, shape, explored}) => ({name, shape: [...shape], explored: saveSet(explored)})),
      history: this.points.map(copyPoint),
    };
  }

  /**
   * Counts what is active now as explored. If anything is wrong, nothing is recorded.
   *
   * @param step        optimizer steps made, not below the last one recorded
   * @param topologies  the topology of each layer, in the order of the layers
   * @throws RangeError if the step, the number of topologies or a shape does not fit
   */
  record(step: number, topologies: readonly Topology[]): void {
    this.checkRecord(step, topologies);
    for (const [i, {explored}] of this.layers.entries()) explored.add(topologies[i].positions());
    this.points.push({step, rate: this.rate, rates: this.layers.map(rateOf)});
  }

  /** R_s: the share of all positions that were ever active, in [0, 1]; 0 if there are no layers. */
  get rate(): number {
    let count = 0;
    let size = 0;
    for (const {explored} of this.layers) {
      count += explored.count;
      size += explored.size;
    }
    return size === 0 ? 0 : count / size;
  }

  /** R_l of each layer, by name. */
  rates(): Record<string, number> {
    return Object.fromEntries(this.layers.map((layer) => [layer.name, rateOf(layer)]));
  }

  /**
   * The positions of a layer that were ever active. Shared with the tracker: do not add to it.
   *
   * @param layer  index or name
   * @throws RangeError if there is no such layer
   */
  explored(layer: number | string): PositionSet {
    const found = this.layers.find(({name}, i) => layer === i || layer === name);
    if (!found) {
      throw new RangeError(
        `ExplorationTracker: layer must be the index or name of a sparse layer, received ${layer}. ` +
          `The layers are ${this.layers.map(({name}) => name).join(', ')}.`,
      );
    }
    return found.explored;
  }

  /** The rates after each record, from the initial topologies on. */
  get history(): readonly ExplorationPoint[] {
    return this.points;
  }

  private checkRecord(step: number, topologies: readonly Topology[]): void {
    const last = this.points.at(-1)?.step ?? 0;
    if (!(Number.isInteger(step) && step >= last)) {
      throw new RangeError(
        `ExplorationTracker: step must be an integer of at least ${last}, the last one recorded, received ${step}. ` +
          'Record in the order of the training.',
      );
    }
    if (topologies.length !== this.layers.length) {
      throw new RangeError(
        `ExplorationTracker: topologies must be one for each of the ${this.layers.length} layers, received ` +
          `${topologies.length}. Pass those that did not change too.`,
      );
    }
    for (const [i, {name, shape}] of this.layers.entries()) {
      if (String(topologies[i].shape) !== String(shape)) {
        throw new RangeError(
          `ExplorationTracker: the topology of layer '${name}' must have the shape [${shape}], received ` +
            `[${topologies[i].shape}]. Pass the topologies in the order of the layers.`,
        );
      }
    }
  }
}

function rateOf({explored}: TrackedLayer): number {
  return explored.count / explored.size;
}

function copyPoint({step, rate, rates}: ExplorationPoint): ExplorationPoint {
  return {step, rate, rates: [...rates]};
}

function checkNames(layers: readonly LayerShape[]): void {
  const names = layers.map(({name}) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new RangeError(
      `ExplorationTracker: layers must have distinct names, received '${repeated}' twice. Rename one of them.`,
    );
  }
}
