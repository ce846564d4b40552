import * as tf from '@tensorflow/tfjs';
import {gatherActive, gatherDense} from '../ops/denseForm.ts';
import type {FusedOutput} from '../ops/fusedOutput.ts';
import {GradientProbe} from '../ops/gradientProbe.ts';
import {matchSlots} from '../topology/matchSlots.ts';
import type {SeededRandom} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import {CompanionWeight, type FreshNumbers, freshNumbers} from './companionWeight.ts';
import type {LayerProduct, Reparameterization, ReparameterizationContext} from './reparameterization.ts';
import {addNonTrainableWeight, type Constraint, variableOf} from './tfjsInternals.ts';
import {listTopologiesLast} from './topologiesLast.ts';
import {TopologyWeight} from './topologyWeight.ts';
import {stageOtherSlots} from './trainers.ts';

/** How the values that a layer computes with are made, with what. */
interface Reparameterized {
  readonly by: Reparameterization;
  readonly weights: Readonly<Record<string, tf.LayerVariable>>;
}

/** What a sparse op does beside the product. */
export interface SparseOpOptions extends FusedOutput {
  /** Keeps gradients at all positions while it is armed. */
  readonly probe?: GradientProbe;
}

/** A weight of a layer with a number for each connection. */
export interface PerConnection {
  /** `[nnz]`, by slot. */
  readonly weight: tf.LayerVariable;
  /** The number of a new connection. */
  readonly initial: number;
}

/**
 * The kernel of a sparse layer: the values of its active connections, and which connections these are.
 *
 * Gradients and optimizer state are `[nnz]` as well, so any tfjs optimizer trains it as it is.
 */
export class SparseWeight {
  /** Captures gradients at all positions while it is armed; see `GradientProbe`. */
  readonly probe: GradientProbe;
  /** The source from which the reparameterization draws; undefined without one. */
  random?: SeededRandom;
  private readonly topologyWeight: TopologyWeight;
  private reparameterized?: Reparameterized;
  private readonly companionWeights = new Map<string, CompanionWeight>();
  /** Weakly: a weight must not keep the model alive whose end gives its memory back. */
  private readonly layer: WeakRef<tf.layers.Layer>;

  /**
   * @param layer       the layer that owns the weight; topology and companions join its non-trainable weights
   * @param values      the layer's trainable weight `[nnz]`, by slot
   * @param topology    of the dense shape of the kernel
   * @param constraint  applied to the dense kernel when the layer's weights are set, as tfjs does
   */
  constructor(
    layer: tf.layers.Layer,
    readonly values: tf.LayerVariable,
    topology: Topology,
    constraint: Constraint | null = null,
  ) {
    this.layer = new WeakRef(layer);
    // Every optimizer step gives the variable other data.
    this.probe = new GradientProbe(() => this.variable.dataId);
    this.topologyWeight = new TopologyWeight(this.nameOf('topology'), topology, {
      written: (previous) => {
        if (previous !== this.topology) tf.tidy(() => stageOtherSlots(this, matchSlots(previous, this.topology))());
        if (constraint) this.apply(constraint);
      },
      released: () => this.probe.release(),
    });
    addNonTrainableWeight(layer, this.topologyWeight);
    listTopologiesLast();
  }

  /** The current topology. */
  get topology(): Topology {
    return this.topologyWeight.topology;
  }

  /**
   * Gives the values other connections, by slot. Optimizer slots stay with the values.
   *
   * @throws RangeError if it has another shape than the kernel, or more or fewer connections than there are values
   */
  set topology(next: Topology) {
    const {shape} = this.topology;
    const {size} = this.variable;
    if (!tf.util.arraysEqual([...next.shape], [...shape]) || next.nnz !== size) {
      throw new RangeError(
        `SparseWeight: topology must have the shape [${shape}] and ${size} connections, one for each value, received ` +
          `[${next.shape}] and ${next.nnz}. Give sparsify the topologies, or use a scheduler, where their number is to change.`,
      );
    }
    this.topologyWeight.topology = next;
  }

  /** How the values that the layer computes with are made; undefined where they are those that it stores. */
  get reparameterization(): Reparameterization | undefined {
    return this.reparameterized?.by;
  }

  /** From now on the layer computes with what is made of the values. */
  reparameterize(
    by: Reparameterization,
    weights: Readonly<Record<string, tf.LayerVariable>>,
    random: SeededRandom,
  ): void {
    this.reparameterized = {by, weights};
    this.random = random;
    if (by.penalty) this.layer.deref()!.addLoss(() => by.penalty!(this.stored, this.context(true)));
  }

  /**
   * `[nnz]`: the values that the layer computes with, by slot; within a tidy.
   *
   * @param training  whether the model is being trained
   */
  computed(training: boolean): tf.Tensor1D {
    const by = this.reparameterization;
    return by ? by.apply(this.stored, this.context(training)) : this.stored;
  }

  /**
   * What the layer makes of its input; within a tidy.
   *
   * @param training  whether the model is being trained
   * @param op        the sparse op of the layer
   * @param output    what follows the product
   */
  output<X extends tf.Tensor>(
    x: X,
    training: boolean,
    op: (x: X, values: tf.Tensor1D, options: SparseOpOptions) => X,
    {bias, activation}: FusedOutput,
  ): X {
    const {probe} = this;
    const by = this.reparameterization;
    if (!by?.multiply) return op(x, this.computed(training), {bias, activation, probe});
    let options: SparseOpOptions = {probe};
    const product = (x: tf.Tensor, values: tf.Tensor1D) => {
      const y = op(x as X, values, options);
      options = {};
      return y;
    };
    const y = by.multiply(x, this.stored, this.context(training), product as LayerProduct);
    const shifted = bias ? tf.add<X>(y, bias) : y;
    return activation === 'relu' ? tf.relu(shifted) : shifted;
  }

  /** What the reparameterization has for each connection beside its value. */
  get perConnection(): readonly PerConnection[] {
    if (!this.reparameterized) return [];
    const {by, weights} = this.reparameterized;
    return Object.entries(by.weights ?? {}).flatMap(([name, {per, initial}]) =>
      per === 'connection' ? [{weight: weights[name], initial}] : [],
    );
  }

  /** What connections have beside their values, by name. */
  get companions(): ReadonlyMap<string, CompanionWeight> {
    return this.companionWeights;
  }

  /**
   * Gives each connection another number, or says of one that it has already, for instance in a loaded model, how new connections
   * get theirs.
   *
   * @param name   as in the layer's config
   * @param fresh  makes the numbers of connections of their values: now of all, later of the new ones
   * @throws RangeError if `fresh` does not return a finite number for each value, or another weight of the layer has the name
   */
  async addCompanion(name: string, fresh: FreshNumbers): Promise<CompanionWeight> {
    while (!this.companionWeights.has(name)) {
      const {topology} = this;
      const values = await this.variable.data<'float32'>();
      // In the meantime somebody else may have made it, or changed the connections.
      if (this.companionWeights.has(name) || topology !== this.topology) continue;
      this.makeCompanion(name, freshNumbers(name, fresh, values));
    }
    const companion = this.companionWeights.get(name)!;
    companion.fresh = fresh;
    return companion;
  }

  /** Makes room for numbers that will be loaded. */
  expectCompanion(name: string): void {
    this.makeCompanion(name, new Float32Array(this.topology.nnz));
  }

  /**
   * Looks at a saved topology before anything is written: it comes last among a layer's weights. One of another length is left to
   * tfjs, which compares all lengths first.
   *
   * @throws RangeError if it is not a topology of the kernel's shape and number of connections
   */
  checkPacked(packed: tf.Tensor): void {
    if (packed.size === this.topologyWeight.length) this.topologyWeight.unpack(packed);
  }

  /** The variable `[nnz]` that holds the values. */
  get variable(): tf.Variable {
    return variableOf(this.values);
  }

  private get stored(): tf.Tensor1D {
    return this.variable as tf.Tensor1D;
  }

  private context(training: boolean): ReparameterizationContext {
    const {weights} = this.reparameterized!;
    const read = Object.entries(weights).map(([name, weight]) => [name, variableOf(weight) as tf.Variable<tf.Rank.R1>]);
    return {topology: this.topology, weights: Object.fromEntries(read), training, random: this.random!};
  }

  private makeCompanion(name: string, numbers: Float32Array): void {
    const layer = this.layer.deref()!;
    const companion = new CompanionWeight(this.nameOf(name), numbers);
    if (layer.weights.some(({originalName}) => originalName === companion.name)) {
      throw new RangeError(
        `SparseWeight: companion must have a name of its own, received "${name}". Choose another one.`,
      );
    }
    this.companionWeights.set(name, companion);
    // The topology stays the last of a layer's weights.
    addNonTrainableWeight(layer, companion, this.topologyWeight);
  }

  /** As tfjs has named the values, which are made within the layer's name scope. */
  private nameOf(name: string): string {
    return this.values.originalName.replace(/[^/]*$/, name);
  }

  /** Constraints speak of the rows and columns of a dense kernel: they see the values in theirs. */
  private apply(constraint: Constraint): void {
    const {variable, topology} = this;
    tf.tidy(() => variable.assign(gatherActive(constraint.apply(gatherDense(variable, topology)), topology)));
  }
}
