import type {PositionSet} from '../topology/positionSet.ts';
import type {Positions} from '../topology/positions.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';

/** A number per optimizer step, for instance a drop fraction; a plain number fits wherever a schedule does. */
export type Schedule = (step: number) => number;

/** The active connections of a layer, as they are before an update. */
export interface ActiveLayer {
  /** Name of the layer, for strategies that keep something per layer. */
  readonly name: string;
  /** The active connections before the update. */
  readonly topology: Topology;
  /** `[nnz]`: the weights, by slot. Do not write to it. */
  readonly values: Float32Array;
  /**
   * `[nnz]`: dL/dw of the last step at the active connections, by slot, or what `signal` makes of those before. Present if a strategy
   * has `needsGradient`. The loss is the one without regularizers, and w what the layer computes with: values that a reparameterization
   * makes 0 have a gradient, too.
   */
  readonly gradient?: Float32Array;
  /** By name, `[nnz]`: what connections have beside their values, by slot; those that the strategies ask for among them. */
  readonly companions?: Readonly<Record<string, Float32Array>>;
  /** The only source of randomness that may be used. */
  readonly random: Random;
}

/** What a {@link Pruner} is asked: which connections of one layer to drop. */
export interface PruneRequest extends ActiveLayer {
  /** Share of the connections to drop, in [0, 1]. */
  readonly fraction: number;
  /** ceil(fraction · nnz): the number of connections to drop. A pruner with a rule of its own may drop another number. */
  readonly k: number;
  /**
   * Connections that the layer is to have where none is replaced: fewer than nnz where the density falls, more where its structure left
   * some out at the last update.
   */
  readonly left: number;
  /** Which topologies are allowed. @defaultValue all */
  readonly structure?: Structure;
}

/** Decides which connections of a layer are the weakest. */
export interface Pruner {
  /** What a saved training knows it by, parameters included. @defaultValue none: any other without a name passes for it */
  readonly name?: string;
  /** Set by pruners that read `request.gradient`. @defaultValue false */
  readonly needsGradient?: boolean;
  /** By name, what each connection is to have beside its value: made of the values at the start, and of those of new connections. */
  readonly companions?: Readonly<Record<string, (values: Float32Array) => Float32Array>>;
  /** @returns the slots to drop, ascending and distinct; as many as are returned will be grown elsewhere */
  prune(request: PruneRequest): Int32Array;
  /**
   * The same for all layers at once, in their order: for rules that compare connections of different layers.
   * @defaultValue each layer by `prune`
   */
  pruneAll?(requests: readonly PruneRequest[]): Int32Array[];
  /** What it keeps from update to update, as plain JSON. A strategy that keeps something belongs to one scheduler. */
  save?(): unknown;
  /** Goes back to what `save` returned. @throws Error if it is something else */
  restore?(state: unknown): void;
}

/** The gradient of the loss, without regularizers, for every position of a layer, active or not, computed block by block when asked. */
export interface DenseGradient {
  /** Number of positions, the size of the layer. */
  readonly size: number;
  /** The gradients at the positions `begin … end - 1`, row-major: good until the next block is asked for. Do not write to it. */
  block(begin: number, end: number): Float32Array;
}

/**
 * The score of connections: one idea for dropping the lowest, growing the highest, and choosing topologies before training. Higher is
 * better. Of equals the lower position is taken first, whatever it is taken for: to grow, to stay before training and in a structure, and
 * to be dropped.
 */
export interface Criterion {
  /** What a saved training knows it by, parameters included. */
  readonly name: string;
  /** Set where `request.gradient` is read. @defaultValue false */
  readonly needsGradient?: boolean;
  /** @returns `[nnz]`: of the active connections, by slot. Left out where it cannot tell */
  active?(layer: ActiveLayer): Float32Array;
  /** Of all positions, at least 0; those of active ones are not looked at. Left out where it cannot tell. */
  all?(request: GrowRequest): DenseGradient;
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
  /**
   * Positions that must not be grown although they are inactive, ascending: those just dropped, where they are `regrown: 'never'`.
   * @defaultValue none
   */
  readonly barred?: Positions;
  /** Number of positions to grow, at least 0 and at most as many as are neither active nor barred. */
  readonly k: number;
  /** Every position that was ever active, those in `active` and those just dropped among them. */
  readonly explored: PositionSet;
  /** The dense gradient of the last step, or what `signal` makes of those before. Present if the grower has `needsGradient`. */
  readonly gradient?: DenseGradient;
  /**
   * The `k` positions neither active nor barred with the largest |gradient|, ascending; the lower among equals. In the place of `gradient` where
   * the grower has `needsGradient: 'largest'` and the gradient lies on a device, which finds them there.
   */
  readonly largest?: Positions;
  /** Which topologies are allowed. @defaultValue all */
  readonly structure?: Structure;
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
  /** Set by growers that read `request.gradient`; 'largest' by those that can do with `request.largest`. @defaultValue false */
  readonly needsGradient?: boolean | 'largest';
  /**
   * @returns exactly `k` distinct positions that are neither active nor barred, ascending; fewer only where a structure allows no more
   * beside those that are barred
   */
  grow(request: GrowRequest): Positions;
  /**
   * The number of never-active positions to expect among those it grows, for `predictExploration`. Left out where it depends
   * on the training.
   */
  discoveries?(request: DiscoveryRequest): number;
  /** As of a {@link Pruner}. */
  save?(): unknown;
  /** As of a {@link Pruner}. */
  restore?(state: unknown): void;
}

/**
 * What strategies see of the gradients before an update instead of the last one alone: a state with a number for each position of a
 * layer, into which the gradients of each step are folded, block by block.
 */
export interface GradientSignal {
  /** What a saved training knows it by, parameters included. */
  readonly name: string;
  /**
   * Steps whose gradients are folded before an update, its own included; then the state begins at zeros again. `Infinity`: every step,
   * and the state lives on.
   */
  readonly steps: number;
  /**
   * Folds the gradients of one step into the state, in place.
   *
   * @param state     a part of it, at first zeros
   * @param gradient  at the same positions
   * @param folded    steps folded before
   */
  fold(state: Float32Array, gradient: Float32Array, folded: number): void;
}

/** What a {@link Structure} is asked to choose from. */
export interface SelectRequest {
  /** Dense shape of the kernel, outputs last. */
  readonly shape: readonly number[];
  /** Positions to choose among, ascending. */
  readonly candidates: Positions;
  /** `[candidates.length]` */
  readonly scores: Float32Array;
  /** Positions to choose, at most. */
  readonly k: number;
  /** Positions that are in the topology whatever is chosen, ascending; none is a candidate. */
  readonly fixed: Positions;
  /** Connections of the layer after the update. */
  readonly total: number;
}

/** What a {@link Structure} that changes with the training is asked before an update of a layer. */
export interface StructureRequest extends PruneRequest {
  /** The dense gradient of the last step, or what `signal` makes of those before. Present if the structure has `needsGradient`. */
  readonly denseGradient?: DenseGradient;
  /** Whether it is the last sparse layer of the model. */
  readonly isLast: boolean;
}

/**
 * Which topologies of a layer are allowed. Where such topologies have at most 0 of the connections that a layer is to have, since units are
 * larger or outputs more than these, `sampleStructure` and updates throw instead of emptying the layer.
 */
export interface Structure {
  /** What a saved training knows it by, parameters included. */
  readonly name: string;
  /** Set where `request.denseGradient` is read. @defaultValue false */
  readonly needsGradient?: boolean;
  /** The structure that an update gives a layer, chosen before anything is dropped. @defaultValue itself */
  atUpdate?(request: StructureRequest): Structure;
  /**
   * The largest number of connections, at most `nnz`, that such a topology can have.
   *
   * @throws RangeError if the shape does not fit the structure
   */
  count(shape: readonly number[], nnz: number): number;
  /** @returns indices of the candidates with the highest scores that the structure allows together, ascending; at most `k` */
  select(request: SelectRequest): Int32Array;
  /** What is wrong with a topology, or undefined. */
  violation(topology: Topology): string | undefined;
}

/**
 * Decides how many connections each layer has after an update, where that is not as many as before.
 *
 * It says what it wants in real numbers; whole connections are made of them, exact in their sum. What exceeds the room of a layer goes
 * to the others.
 */
export interface Redistribution {
  /** What a saved training knows it by, parameters included. */
  readonly name: string;
  /** Set where `gradient` of the layers is read. @defaultValue false */
  readonly needsGradient?: boolean;
  /**
   * Before the drop, where the density falls.
   *
   * @param total  connections that are to be left in all layers together; undefined where the density is left to the redistribution
   * @returns connections that each layer is to be left with. @defaultValue their share of the total
   */
  shrink?(layers: readonly ActiveLayer[], total: number | undefined, step: number): readonly number[];
  /**
   * After the drop.
   *
   * @param kept  connections of each layer that survived it
   * @returns the share of each layer in the connections that are grown, at least 0. @defaultValue each what it lost, and its share
   *   of what the density has risen by
   */
  grow?(layers: readonly ActiveLayer[], kept: readonly number[]): readonly number[];
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
