import * as tf from '@tensorflow/tfjs';
// Whoever has a sparse layer has its kernels and its fused step.
import '../kernels/register.ts';
import '../fused/register.ts';
import {checkDensity} from '../algorithms/checkDensity.ts';
import type {StockKernelLayer} from '../layers/stockLayers.ts';
import {describeValue} from '../topology/describeValue.ts';
import {sizeOf} from '../topology/positions.ts';
import {freshSeed, seededRandom} from '../topology/random.ts';
import {Topology} from '../topology/topology.ts';
import {type FanKind, initialValues} from '../weights/initialValues.ts';
import type {ExtraWeight, Reparameterization, SavedReparameterization} from '../weights/reparameterization.ts';
import {resolveReparameterization} from '../weights/reparameterizations/known.ts';
import {SparseWeight} from '../weights/sparseWeight.ts';
import {addVariable} from '../weights/tfjsInternals.ts';

/** What a sparse layer has besides the options of its stock counterpart. */
export interface MaskedOptions {
  /** Active over all connections, in (0, 1]; at least one connection is kept. Needed unless `nnz` is given. */
  readonly density?: number;
  /** Number of active connections; takes the place of `density`, and may be 0. */
  readonly nnz?: number;
  /** Seed of the random topology and of the initial values. @defaultValue a fresh one, kept in the layer's config */
  readonly seed?: number | string;
  /**
   * Whether initializers that scale by fan-in or fan-out count the active connections ('sparse') or all of them ('dense').
   *
   * Counting the active ones keeps the variance of the signal from layer to layer at any density; counting all, a layer of
   * density d shrinks it by √d, as the official implementation of ITOP does. @defaultValue 'sparse'
   */
  readonly fan?: FanKind;
  /**
   * The values that the layer computes with, made from those that it stores, for instance `softThreshold()`. The model then runs by single
   * ops. @defaultValue it computes with the stored ones
   */
  readonly reparameterization?: Reparameterization | SavedReparameterization;
  /** Names of the companions to be loaded with the layer; a saved config has them. @defaultValue none */
  readonly companions?: readonly string[];
}

/**
 * Checks what tfjs would speak of in its own way.
 *
 * @throws RangeError if one of the options is no positive integer, or list of them
 */
export function checkCounts(where: string, options: Readonly<Record<string, number | readonly number[]>>): void {
  for (const [name, given] of Object.entries(options)) {
    const counts = Array.isArray(given) ? given : [given];
    if (counts.length > 0 && counts.every((count) => Number.isInteger(count) && count > 0)) continue;
    throw new RangeError(
      `${where}: ${name} must be a positive integer, received ${describeValue(given)}. Give it as the stock layer takes it.`,
    );
  }
}

type WithoutNull<T> = {readonly [K in keyof T]: T[K] | null};

/** The sparse kernel of a layer from its options to its config: what MaskedDense and MaskedConv2d have in common. */
export class MaskedKernel {
  private readonly density: number | undefined;
  private readonly nnz: number | undefined;
  private readonly seed: number | string;
  private readonly fan: FanKind;
  private readonly reparameterization: Reparameterization | undefined;
  private readonly expected: readonly string[];
  private built: SparseWeight | undefined;

  /**
   * @param where    name of the layer's class, for messages
   * @param options  a saved config has null where an option was not given
   * @throws RangeError if density is out of range, or neither density nor nnz is given
   */
  constructor(
    private readonly where: string,
    options: WithoutNull<MaskedOptions>,
  ) {
    this.density = options.density ?? undefined;
    this.nnz = options.nnz ?? undefined;
    this.seed = options.seed ?? freshSeed();
    this.fan = options.fan ?? 'sparse';
    this.expected = options.companions ?? [];
    this.reparameterization = options.reparameterization
      ? resolveReparameterization(options.reparameterization)
      : undefined;
    if (this.nnz === undefined) checkDensity(where, 'density', this.density!);
    if (this.fan !== 'sparse' && this.fan !== 'dense') {
      throw new TypeError(
        `${where}: fan must be 'sparse' or 'dense', received ${this.fan}. Leave it out for 'sparse'.`,
      );
    }
  }

  /**
   * Draws the topology and adds kernel and bias to the layer.
   *
   * @param shape  dense shape of the kernel, outputs last
   * @throws RangeError if `nnz` exceeds the size of the kernel
   */
  build(layer: StockKernelLayer, shape: readonly number[]): void {
    const topology = Topology.random(shape, this.nnzFor(shape), seededRandom(`${this.seed}/topology`));
    const by = this.reparameterization;
    by?.check?.(topology);
    const values = addVariable(layer, {
      name: 'values',
      shape: [topology.nnz],
      initializer: {
        apply: () => initialValues(layer.kernelInitializer, topology, this.fan, seededRandom(`${this.seed}/values`)),
      },
      regularizer: layer.kernelRegularizer,
      constraint: null,
    });
    const extras = by?.weights && addExtras(layer, topology, by.weights);
    this.built = new SparseWeight(layer, values, topology, layer.kernelConstraint);
    for (const name of this.expected) this.built.expectCompanion(name);
    if (by) this.built.reparameterize(by, extras ?? {}, seededRandom(`${this.seed}/reparameterization`));
    if (layer.useBias) {
      layer.bias = addVariable(layer, {
        name: 'bias',
        shape: [topology.cols],
        initializer: layer.biasInitializer,
        regularizer: layer.biasRegularizer,
        constraint: layer.biasConstraint,
      });
    }
  }

  /** The weight, once the layer is built. */
  get weight(): SparseWeight {
    if (!this.built) {
      throw new Error(
        `${this.where}: the layer must be built before its weight exists. Call it on an input, or give it an inputShape.`,
      );
    }
    return this.built;
  }

  /** Throws if a list of weights of the right length ends with a topology that is none of this kernel. */
  checkWeights(layer: StockKernelLayer, weights: readonly tf.Tensor[]): void {
    if (weights.length === layer.weights.length) this.weight.checkPacked(weights[weights.length - 1]);
  }

  /** The part of the layer's config that is about sparsity; with the live number of connections, so that weights fit. */
  getConfig(): tf.serialization.ConfigDict {
    const topology = this.built?.topology;
    const companions = this.built ? [...this.built.companions.keys()] : [...this.expected];
    const {name, options} = this.reparameterization ?? {name: '', options: {}};
    return {
      density: topology?.density ?? this.density ?? null,
      nnz: topology?.nnz ?? this.nnz ?? null,
      seed: this.seed,
      fan: this.fan,
      ...(companions.length > 0 && {companions}),
      ...(this.reparameterization && {reparameterization: {name, options}}),
    };
  }

  private nnzFor(shape: readonly number[]): number {
    const size = sizeOf(shape);
    const nnz = this.nnz ?? Math.max(1, Math.round(this.density! * size));
    if (!(Number.isInteger(nnz) && nnz >= 0 && nnz <= size)) {
      throw new RangeError(
        `${this.where}: nnz must be an integer in [0, ${size}] for a kernel of shape [${shape}], received ${nnz}. ` +
          'Give a density instead, or another number.',
      );
    }
    return nnz;
  }
}

/** Adds to a layer what a reparameterization has beside the values; what is not trained comes before the topology. */
function addExtras(
  layer: StockKernelLayer,
  {rows, cols, nnz}: Topology,
  weights: Readonly<Record<string, ExtraWeight>>,
): Record<string, tf.LayerVariable> {
  const lengths = {layer: 1, input: rows, output: cols, connection: nnz};
  const added = Object.entries(weights).map(([name, {per, initial, trained = true}]) => [
    name,
    addVariable(layer, {
      name,
      shape: [lengths[per]],
      initializer: tf.initializers.constant({value: initial}),
      regularizer: null,
      constraint: null,
      trainable: trained,
    }),
  ]);
  return Object.fromEntries(added);
}
