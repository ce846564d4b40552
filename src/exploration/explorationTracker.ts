import {checkKind, checkOptions} from '../topology/checkKind.ts';
import type {PositionSet} from '../topology/positionSet.ts';
import {sizeOf} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import {checkNames, checkRecord, checkSources} from './checkRecord.ts';
import {contradictionInHistory, contradictionInLayer} from './contradictions.ts';
import {
  checkExplorationJSON,
  copyPoint,
  EXPLORATION_FORMAT,
  type ExplorationJSON,
  type ExplorationPoint,
} from './explorationJSON.ts';
import {checkRule, DEFAULT_RULE, type ReliabilityRule} from './reliability.ts';
import {restoreLayer, saveLayer} from './savedLayer.ts';
import {survivalCurve} from './survivalCounts.ts';
import {distanceOf, type Overlap, TrackedLayer} from './trackedLayer.ts';

/** Options of {@link ExplorationTracker}. */
export interface TrackerOptions {
  /** When a connection counts as reliably explored. @defaultValue `{updates: 1}`: once it outlived an update */
  readonly reliableAfter?: ReliabilityRule;
}

/** Options of {@link ExplorationTracker.fromJSON}. */
export interface RestoreOptions {
  /**
   * Rows that the layers may have together. A row is an input of a dense layer, or of a convolution at one place of its
   * kernel, and takes 8 bytes, however short the file. @defaultValue 2^26: half a gigabyte
   */
  readonly maxRows?: number;
}

/**
 * Remembers which connections were ever active, and for how long: the in-time over-parameterization of a training.
 *
 * R_s = connections that were active at some time / connections of the dense weights, over the sparse layers together;
 * biases and dense layers do not count. R_s begins at the density, never falls, and is 1 once every connection had its
 * turn. The *reliable* R_s counts those only that were active long enough to show their worth. Beside them: how long grown
 * connections live, how old the active ones are, how far the topologies have moved.
 *
 * Memory: two bits per position of the dense weights (or, for a weight with more than 2^31, two bytes per explored position and
 * two per reliable one), 8 bytes per active connection, 4 per row. An update costs a few passes over the active connections.
 *
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization? In-Time Over-Parameterization in Sparse
 * Training", §3, https://arxiv.org/abs/2102.02887
 */
export class ExplorationTracker {
  /** When a connection counts as reliably explored. */
  readonly reliableAfter: ReliabilityRule;
  private layers: readonly TrackedLayer[];
  private points: ExplorationPoint[] = [];

  /**
   * The initial topologies count as explored and are the entry for step 0 in the history.
   *
   * @param layers  the sparse layers, with distinct names, and their initial topologies
   * @throws RangeError if two layers have the same name, or the rule is none
   */
  constructor(layers: readonly {readonly name: string; readonly topology: Topology}[], options: TrackerOptions = {}) {
    checkOptions<TrackerOptions>('ExplorationTracker', options, {reliableAfter: 1});
    const {reliableAfter = DEFAULT_RULE} = options;
    checkKind('ExplorationTracker', 'layers', 'a list', layers, 'Pass [{name, topology}].');
    for (const {topology} of layers)
      checkKind('ExplorationTracker', 'topology', 'a Topology', topology, 'Pass [{name, topology}].');
    checkRule(reliableAfter);
    this.reliableAfter = reliableAfter;
    this.layers = layers.map(({name, topology}) => TrackedLayer.from(name, topology));
    checkNames(this.layers);
    const none = this.layers.map(({active: {nnz}}) => ({shared: nnz, union: nnz}));
    this.points.push(this.point(0, none, null));
  }

  /**
   * The tracker that was saved; it continues where that one was.
   *
   * @param json  what `toJSON` returned, or what `JSON.parse` made of its text
   * @throws Error if it is something else, of another version, damaged or cut off, or contradicts itself
   * @throws RangeError if the layers have more rows than `maxRows`
   */
  static fromJSON(json: unknown, {maxRows}: RestoreOptions = {}): ExplorationTracker {
    const {reliableAfter, layers, history} = checkExplorationJSON(json, maxRows);
    checkNames(layers);
    const tracker = new ExplorationTracker([], {reliableAfter});
    tracker.layers = layers.map((layer) => restoreLayer(layer, history.length));
    tracker.points = history.map(copyPoint);
    tracker.checkRestored();
    return tracker;
  }

  /** The whole state as plain JSON, for a checkpoint. `JSON.stringify(tracker)` calls it. */
  toJSON(): ExplorationJSON {
    const {reliableAfter, layers, points} = this;
    return {
      ...EXPLORATION_FORMAT,
      reliableAfter: {...reliableAfter},
      layers: layers.map(saveLayer),
      history: points.map(copyPoint),
    };
  }

  /**
   * Goes on to the topologies after an update. If anything is wrong, nothing is recorded.
   *
   * A connection that is active before and after has lived on, also if it was dropped and grown again in this update and kept its value;
   * `sources` tells those that got a fresh one, and begin anew. An update that leaves a layer as it is counts as one that all its
   * connections outlived.
   *
   * @param step        optimizer steps made, not below the last one recorded
   * @param topologies  the topology of each layer, in the order of the layers
   * @param sources     of each layer `source` of its `TopologyUpdate`. @defaultValue connections that are active before and after live on
   * @throws RangeError if the step, the number of topologies, a shape or a source does not fit
   */
  record(step: number, topologies: readonly Topology[], sources: readonly (Int32Array | undefined)[] = []): void {
    checkRecord(step, this.last.step, this.layers, topologies);
    checkSources(this.layers, topologies, sources);
    const index = this.points.length;
    const [facedBefore, keptBefore] = this.firstUpdates();
    const overlaps = this.layers.map((layer, i) => this.move(layer, topologies[i], sources[i], index, step));
    const [faced, kept] = this.firstUpdates();
    const survival = faced === facedBefore ? null : (kept - keptBefore) / (faced - facedBefore);
    this.points.push(this.point(step, overlaps, survival));
  }

  /** R_s: the share of all positions that were ever active, in [0, 1]; 0 if there are no layers. */
  get rate(): number {
    return shareOf(this.layers, ({explored}) => explored.count);
  }

  /** R_l of each layer, by name. */
  rates(): Record<string, number> {
    return this.byName(exploredShare);
  }

  /** Reliable R_s, as of the last update: the share of all positions that were reliably explored, at most {@link rate}. */
  get reliableRate(): number {
    return shareOf(this.layers, ({reliable}) => reliable.count);
  }

  /** The reliable R_l of each layer, by name. */
  reliableRates(): Record<string, number> {
    return this.byName(reliableShare);
  }

  /**
   * The positions of a layer that were ever active. Shared with the tracker: do not add to it.
   *
   * @param layer  index or name
   * @throws RangeError if there is no such layer
   */
  explored(layer: number | string): PositionSet {
    return this.find(layer).explored;
  }

  /**
   * The positions of a layer that were reliably explored. Shared with the tracker: do not add to it.
   *
   * @param layer  index or name
   * @throws RangeError if there is no such layer
   */
  reliable(layer: number | string): PositionSet {
    return this.find(layer).reliable;
  }

  /**
   * The topology of a layer as it was last recorded.
   *
   * @param layer  index or name
   * @throws RangeError if there is no such layer
   */
  topology(layer: number | string): Topology {
    return this.find(layer).active;
  }

  /**
   * For how long the active connections of a layer have been there, as of the last update.
   *
   * @param layer  index or name
   * @returns `[nnz]`: optimizer steps without interruption, by slot
   * @throws RangeError if there is no such layer
   */
  ages(layer: number | string): Int32Array {
    const {step: now} = this.last;
    return this.find(layer)
      .bornAt()
      .map((record) => now - this.points[record].step);
  }

  /**
   * The share of grown connections that are alive after 1, 2, 3 … further updates, estimated from all of them as Kaplan and
   * Meier do, those that are still young included; initial connections do not count.
   *
   * Drop fractions that fall over the training let later connections live longer; the curve is their mean.
   *
   * @param layer  index or name; all layers together unless given
   * @returns each in [0, 1], not rising; empty before the first grown connection met an update
   * @throws RangeError if there is no such layer
   */
  survival(layer?: number | string): number[] {
    const layers = layer === undefined ? this.layers : [this.find(layer)];
    return survivalCurve(layers.map(({survival}) => survival));
  }

  /** The rates, distances and survival after each record, from the initial topologies on. */
  get history(): readonly ExplorationPoint[] {
    return this.points;
  }

  private get last(): ExplorationPoint {
    return this.points[this.points.length - 1];
  }

  private move(
    layer: TrackedLayer,
    next: Topology,
    source: Int32Array | undefined,
    index: number,
    step: number,
  ): Overlap {
    const rule = this.reliableAfter;
    // Each connection once: those that came with an earlier record were reliable at the update before this one.
    if ('steps' in rule)
      layer.addReliable(this.recordsUntil(this.last.step - rule.steps), this.recordsUntil(step - rule.steps));
    const overlap = layer.move(next, index, source);
    if ('updates' in rule) layer.addReliable(index - rule.updates, index - rule.updates + 1);
    return overlap;
  }

  /** Throws if something that was restored contradicts the rest. */
  private checkRestored(): void {
    const {layers, points, reliableAfter: rule} = this;
    const last = points.length - 1;
    const rated = 'steps' in rule ? this.recordsUntil(this.last.step - rule.steps) : last - rule.updates + 1;
    for (const layer of layers) {
      const contradiction = contradictionInLayer(layer, last, rated);
      if (contradiction) throw contradicts(`layer '${layer.name}'`, contradiction);
    }
    const contradiction = contradictionInHistory(layers, points, rule);
    if (contradiction) throw contradicts('history', contradiction);
  }

  /** The number of records that were made at this step or before. */
  private recordsUntil(step: number): number {
    return this.points.findLastIndex((point) => point.step <= step) + 1;
  }

  /** Grown connections that have met the update after the one that grew them, and those of them that it kept. */
  private firstUpdates(): [faced: number, kept: number] {
    const sum = (counts: (layer: TrackedLayer) => number[]) =>
      this.layers.reduce((total, layer) => total + (counts(layer)[0] ?? 0), 0);
    return [sum(({survival}) => survival.faced), sum(({survival}) => survival.kept)];
  }

  private point(step: number, overlaps: readonly Overlap[], survival: number | null): ExplorationPoint {
    const fromInitial = this.layers.map((layer) => layer.overlapWithInitial());
    return {
      step,
      rate: this.rate,
      rates: this.layers.map(exploredShare),
      reliableRate: this.reliableRate,
      reliableRates: this.layers.map(reliableShare),
      distance: distanceOf(overlaps),
      distances: overlaps.map((overlap) => distanceOf([overlap])),
      drift: distanceOf(fromInitial),
      drifts: fromInitial.map((overlap) => distanceOf([overlap])),
      survival,
    };
  }

  private byName(value: (layer: TrackedLayer) => number): Record<string, number> {
    return Object.fromEntries(this.layers.map((layer) => [layer.name, value(layer)]));
  }

  private find(layer: number | string): TrackedLayer {
    const found = this.layers.find(({name}, i) => layer === i || layer === name);
    if (!found) {
      throw new RangeError(
        `ExplorationTracker: layer must be the index or name of a sparse layer, received ${layer}. ` +
          `The layers are ${this.layers.map(({name}) => name).join(', ')}.`,
      );
    }
    return found;
  }
}

function exploredShare({explored}: TrackedLayer): number {
  return explored.count / explored.size;
}

function reliableShare({reliable}: TrackedLayer): number {
  return reliable.count / reliable.size;
}

/** Counted positions over all positions of these layers; 0 if there are none. */
function shareOf(layers: readonly TrackedLayer[], count: (layer: TrackedLayer) => number): number {
  let counted = 0;
  let size = 0;
  for (const layer of layers) {
    counted += count(layer);
    size += sizeOf(layer.shape);
  }
  return size === 0 ? 0 : counted / size;
}

function contradicts(what: string, rule: string): Error {
  return new Error(
    `ExplorationTracker, ${what}: ${rule}, received a state that contradicts itself. ` +
      'It was damaged: load it again, or use an earlier checkpoint.',
  );
}
