import type * as tf from '@tensorflow/tfjs';
import {allOrNothing, type Heap, type HeapPart} from '../kernels/wasm/heap.ts';
import type {Penalty} from '../layers/kinds/regularizer.ts';
import type {Topology} from '../topology/topology.ts';
import type {Arena} from './arena.ts';
import {BatchMemory} from './batchMemory.ts';
import {MOST_HYPER, type SlotList} from './optimizers.ts';
import {Parameter} from './parameter.ts';
import {type NormalizationStep, type Plan, type ProductStep, productsOf, sparseWeightOf, topologyOf} from './plan.ts';
import {ShadowCopy} from './shadowCopy.ts';
import {isVector} from './windows.ts';

/** A layer with a kernel in the heap; its index lives with its topology. */
export interface ProductMemory {
  readonly topology: Topology;
  readonly kernel: Parameter;
  readonly bias: Parameter | undefined;
  /**
   * `[nnz]` in the training of a convolution of images, else 0: the values in the order in which the input's gradient gathers, and
   * after that the kernel's gradient in the order of the transposed index.
   */
  readonly reordered: number;
}

/** A weight in the heap. Moving averages no optimizer trains, but the forward pass of a training step. */
export interface HeapWeight {
  readonly weight: tf.LayerVariable;
  readonly values: ShadowCopy;
}

/** A batch normalisation in the heap. */
export interface NormalizationMemory {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly movingMean: HeapWeight;
  readonly movingVariance: HeapWeight;
  /** `[2, width]`: means, 1 / √(variance + ε). */
  readonly statistics: number;
  /** `[2, width]`: the gradients of gamma and beta. */
  readonly sums: number;
}

/** Everything of a plan that is in the heap, but for the indices, which live with their topologies. */
export class PlanMemory {
  readonly products = new Map<ProductStep['layer'], ProductMemory>();
  readonly normalizations = new Map<NormalizationStep['layer'], NormalizationMemory>();
  /** Address of the numbers that the optimizer's kernel reads. */
  readonly hyper: number;
  /** Address of the seed of the step's dropout. */
  readonly seed: number;
  private readonly batches = new Map<Plan, BatchMemory>();

  private constructor(
    readonly heap: Heap,
    /** What it has allocated: all but the indices. */
    readonly part: HeapPart,
    private readonly plan: Plan,
    readonly trainable: readonly tf.LayerVariable[],
    readonly slotCount: number,
  ) {
    this.hyper = this.allocate(MOST_HYPER);
    this.seed = this.allocate(1);
    for (const step of plan.steps) {
      if (step.kind === 'product') this.products.set(step.layer, this.addProduct(step));
      if (step.kind === 'normalization') this.normalizations.set(step.layer, this.addNormalization(step));
    }
  }

  /**
   * @param trainable  the model's trainable weights; empty for predictions
   * @param slotCount  slots of the optimizer for each of them
   * @throws OutOfMemory if the heap has too little room; then nothing was taken
   */
  static take(arena: Arena, plan: Plan, trainable: readonly tf.LayerVariable[], slotCount: number): PlanMemory {
    return allOrNothing(arena.heap, (part) => new PlanMemory(arena.heap, part, plan, trainable, slotCount));
  }

  /** Room for the samples of a batch that goes by a plan; there once it was reserved. */
  batchOf(plan: Plan): BatchMemory {
    return this.batches.get(plan)!;
  }

  /** The weights that optimizers train, and those that are frozen. */
  *parameters(): Generator<Parameter> {
    for (const {kernel, bias} of this.products.values()) {
      yield kernel;
      if (bias) yield bias;
    }
    for (const {gamma, beta} of this.normalizations.values()) yield* [gamma, beta];
  }

  /** All weights that the forward pass reads. */
  *weights(): Generator<HeapWeight> {
    yield* this.parameters();
    yield* this.movingAverages();
  }

  *movingAverages(): Generator<HeapWeight> {
    for (const {movingMean, movingVariance} of this.normalizations.values()) yield* [movingMean, movingVariance];
  }

  /** Makes room for a batch of so many samples that goes by a plan. @returns true if addresses changed */
  reserve(plan: Plan, batch: number, isTraining: boolean): boolean {
    const current = this.batches.get(plan);
    if (current && batch <= current.capacity && (current.isTraining || !isTraining)) return false;
    // Smaller than what is there only where room for gradients is wanted, too.
    const capacity = Math.max(batch, current?.capacity ?? 0);
    current?.release();
    this.batches.delete(plan);
    this.batches.set(
      plan,
      allOrNothing(this.part, (part) => new BatchMemory(part, plan, capacity, isTraining)),
    );
    return true;
  }

  /** Says which of the trainable weights are trained now. */
  train(trained: readonly boolean[]): void {
    for (const parameter of this.parameters()) parameter.isTrained = trained[parameter.index] ?? false;
  }

  /** Takes over the topologies as they are now: memory stays unless the number of connections changed. @returns true if one had changed */
  followTopologies(): boolean {
    let hasChanged = false;
    for (const step of productsOf(this.plan)) {
      const product = this.products.get(step.layer)!;
      const {topology, kernel, reordered} = product;
      const next = topologyOf(step);
      if (next === topology) continue;
      hasChanged = true;
      if (next.nnz === topology.nnz) this.products.set(step.layer, {...product, topology: next});
      else {
        const room = allOrNothing(this.part, (part) => this.addKernel(step, part));
        this.products.set(step.layer, {...product, topology: next, ...room});
        kernel.release();
        if (reordered !== 0) this.part.release(reordered);
      }
    }
    return hasChanged;
  }

  /** Reads the weights that anyone has changed since. @returns true if there were any */
  loadWeights(): boolean {
    let hasChanged = false;
    for (const {weight, values} of this.weights()) {
      if (values.load(weight.read() as tf.Variable)) hasChanged = true;
    }
    return hasChanged;
  }

  /** Reads the slots that anyone has changed since. @param lists  the optimizer's */
  loadSlots(lists: readonly SlotList[]): void {
    for (const {index, slots} of this.parameters()) {
      for (const [i, slot] of slots.entries()) slot.load(lists[i][index]!.variable);
    }
  }

  /** Gives the variables of what is trained their new values. @param lists  the optimizer's slots */
  store(lists: readonly SlotList[]): void {
    for (const {index, isTrained, weight, values, slots} of this.parameters()) {
      if (!isTrained) continue;
      values.store(weight.read() as tf.Variable);
      for (const [i, slot] of slots.entries()) slot.store(lists[i][index]!.variable);
    }
  }

  /** Gives the variables of the moving averages what the forward pass has made of them. */
  storeAverages(): void {
    for (const {weight, values} of this.movingAverages()) values.store(weight.read() as tf.Variable);
  }

  /** False if the gradient of a weight that is trained is infinite or NaN. */
  hasFiniteGradients(): boolean {
    return [...this.parameters()].every((parameter) => !parameter.isTrained || parameter.hasFiniteGradient());
  }

  write(address: number, numbers: ArrayLike<number>): void {
    new Float32Array(this.heap.memory.buffer, address, numbers.length).set(numbers);
  }

  read(address: number, length: number): Float32Array {
    return new Float32Array(this.heap.memory.buffer, address, length).slice();
  }

  private addProduct(step: ProductStep): ProductMemory {
    const {bias} = step.layer;
    return {
      topology: topologyOf(step),
      ...this.addKernel(step),
      bias: bias ? this.parameter(this.part, bias, step.biasPenalty) : undefined,
    };
  }

  private addKernel(step: ProductStep, part = this.part): Pick<ProductMemory, 'kernel' | 'reordered'> {
    const weight = sparseWeightOf(step)?.values ?? step.layer.weights[0];
    const kernel = this.parameter(part, weight, step.kernelPenalty);
    const isReordered = this.trainable.length > 0 && !step.dense && !isVector(step);
    return {kernel, reordered: isReordered ? part.allocate(4 * kernel.values.floats) : 0};
  }

  private addNormalization({layer, channels, gammaPenalty, betaPenalty}: NormalizationStep): NormalizationMemory {
    const width = Math.ceil(channels / 4) * 4;
    const sums = this.allocate(2 * width);
    return {
      gamma: this.parameter(this.part, layer.gamma!, gammaPenalty, sums),
      beta: this.parameter(this.part, layer.beta!, betaPenalty, sums + 4 * width),
      movingMean: {weight: layer.movingMean, values: new ShadowCopy(this.part, channels)},
      movingVariance: {weight: layer.movingVariance, values: new ShadowCopy(this.part, channels)},
      statistics: this.allocate(2 * width),
      sums,
    };
  }

  private parameter(part: HeapPart, weight: tf.LayerVariable, penalty: Penalty, gradient?: number): Parameter {
    return new Parameter(part, weight, this.trainable.indexOf(weight), penalty, this.slotCount, gradient);
  }

  private allocate(floats: number): number {
    return this.part.allocate(4 * floats);
  }
}
