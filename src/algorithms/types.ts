import type {PositionSet} from '../topology/positionSet.ts';
import type {Positions} from '../topology/positions.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';

/** A number per optimizer step, for instance a drop fraction; a plain number fits wherever a schedule does. */
export type Schedule = (step: number) => number;

/** What a {@link Pruner} is asked: which connections of one layer to drop. */
export interface PruneRequest {
  /** Name of the layer, for strategies that keep something per layer. */
  readonly name: string;
  /** The active connections before the update. */
  readonly topology: Topology;
  /** `[nnz]`: the weights, by slot. Do not write to it. */
  readonly values: Float32Array;
  /** `[nnz]`: dL/dw of the last step at the active connections, by slot. Present if the pruner has `needsGradient`. */
  readonly gradient?: Float32Array;
  /** Share of the connections to drop, in [0, 1]. */
  readonly fraction: number;
  /** ceil(fraction · nnz): the number of connections to drop. A pruner with a rule of its own may drop another number. */
  readonly k: number;
  /** The only source of randomness that a pruner may use. */
  readonly random: Random;
}

/** Decides which connections of a layer are the weakest. */
export interface Pruner {
  /** What a saved training knows it by, parameters included. @defaultValue none: any other without a name passes for it */
  readonly name?: string;
  /** Set by pruners that read `request.gradient`. @defaultValue false */
  readonly needsGradient?: boolean;
  /** @returns the slots to drop, ascending and distinct; as many as are returned will be grown elsewhere */
  prune(request: PruneRequest): Int32Array;
}

/** The gradient of the loss for every position of a layer, active or not, computed block by block when asked. */
export interface DenseGradient {
  /** Number of positions, the size of the layer. */
  readonly size: number;
  /** The gradients at the positions `begin … end - 1`, row-major. Do not write to it. */
  block(begin: number, end: number): Float32Array;
}

/** What a {@link Grower} is asked: which connections of one layer to grow. */
export interface GrowRequest {
  /** Name of the layer, for strategies that keep something per layer. */
  readonly name: string;
  /** Dense shape of the kernel, outputs last. */
  readonly shape: readonly number[];
  /** Number of positions, the product of `shape`. */
  readonly size: number;
  /** Positions still active after the drop, ascending. */
  readonly active: Positions;
  /** Number of positions to grow, 0 ≤ k ≤ size − active.length. */
  readonly k: number;
  /** Every position that was ever active, those in `active` and those just dropped among them. */
  readonly explored: PositionSet;
  /** The dense gradient of the last step. Present if the grower has `needsGradient`. */
  readonly gradient?: DenseGradient;
  /** The only source of randomness that a grower may use. */
  readonly random: Random;
}

/** What a {@link Grower} is asked before any training: how many positions it will grow that were never active. */
export interface DiscoveryRequest {
  /** Positions that it may grow: those inactive after the drop. */
  readonly inactive: number;
  /** Those of them that were never active; an expectation, so not always an integer. */
  readonly unexplored: number;
  /** Positions to grow, 0 ≤ k ≤ inactive. */
  readonly k: number;
}

/** Decides where a layer gets new connections. */
export interface Grower {
  /** What a saved training knows it by, parameters included. @defaultValue none: any other without a name passes for it */
  readonly name?: string;
  /** Set by growers that read `request.gradient`. @defaultValue false */
  readonly needsGradient?: boolean;
  /** @returns exactly `k` distinct positions that are not in `active`, ascending */
  grow(request: GrowRequest): Positions;
  /**
   * The number of never-active positions to expect among those it grows, for `predictExploration`. Left out where it depends
   * on the training.
   */
  discoveries?(request: DiscoveryRequest): number;
}

/** A layer as distributions see it. */
export interface LayerShape {
  /** Name of the layer, unique in its model. */
  readonly name: string;
  /** Dense shape of the kernel: `[in, out]` or `[kh, kw, in, out]`. */
  readonly shape: readonly number[];
}

/**
 * Divides a budget of connections among layers.
 *
 * @param layers   the layers to divide it among
 * @param density  connections over positions, of all layers together, in (0, 1]
 * @returns density of each layer, in the order of `layers`, each in (0, 1]; real numbers, before rounding to connections
 */
export type Distribution = (layers: readonly LayerShape[], density: number) => number[];
