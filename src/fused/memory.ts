import type * as tf from '@tensorflow/tfjs';
import type {Heap} from '../kernels/wasm/heap.ts';
import {BLOCK} from '../kernels/wasm/kernelModule.ts';
import {MaskedDense} from '../layers/maskedDense.ts';
import {sizeOf} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import {Mirror} from './mirror.ts';
import {MOST_HYPER} from './optimizers.ts';
import {type Plan, type ProductStep, topologyOf} from './plan.ts';
import type {Workshop} from './workshop.ts';

/** A trainable weight in the heap. */
export interface ParameterMemory {
  /** Its place among the model's trainable weights, by which optimizers know it; −1 if it is frozen. */
  readonly index: number;
  readonly weight: tf.LayerVariable;
  readonly values: Mirror;
  /** `[floats]`, written anew at every step; of a kernel, in the forward pass, its values in the order of the transposed index. */
  readonly gradient: number;
  /** The optimizer's slots, in the order in which its kernel takes them. */
  readonly slots: readonly Mirror[];
}

/** A fully connected layer in the heap. */
export interface ProductMemory {
  readonly topology: Topology;
  readonly kernel: ParameterMemory;
  readonly bias: ParameterMemory | undefined;
}

/** Everything of a plan that is in the heap, but for the indices, which live with their topologies. */
export class PlanMemory {
  readonly products = new Map<ProductStep, ProductMemory>();
  /** Address of the numbers that the optimizer's kernel reads. */
  readonly hyper: number;
  /** Address of the seed of the step's dropout. */
  readonly seed: number;
  private readonly rooms: number[] = [];
  private batch = 0;
  private buffers: readonly number[] = [];
  private gradients: readonly number[] = [];
  private masks = new Map<number, number>();
  private batchRooms: number[] = [];
  /** Batch-major: the input, the output before the head, and its gradient. */
  input = 0;
  output = 0;
  outputGradient = 0;

  readonly heap: Heap;

  constructor(
    private readonly workshop: Workshop,
    private readonly plan: Plan,
    readonly trainable: readonly tf.LayerVariable[],
    slotCount: number,
  ) {
    workshop.enter();
    this.heap = workshop.heap;
    this.hyper = this.room(MOST_HYPER);
    this.seed = this.room(1);
    for (const step of plan.steps) {
      if (step.kind === 'product') this.products.set(step, this.addProduct(step, slotCount));
    }
  }

  /** Makes room for a batch of so many samples. @returns true if addresses changed */
  reserve(batch: number): boolean {
    if (batch <= this.batch) return false;
    for (const room of this.batchRooms.splice(0)) this.heap.release(room);
    this.batch = batch;
    const {features, output, steps} = this.plan;
    const blocked = (width: number) => this.batchRoom(Math.ceil(batch / BLOCK) * BLOCK * width);
    this.buffers = features.map(blocked);
    this.gradients = features.map((width, buffer) => (buffer === 0 ? 0 : blocked(width)));
    this.masks = new Map(
      steps.flatMap((step, i) => (step.kind === 'dropout' ? [[i, blocked(features[step.buffer])]] : [])),
    );
    this.input = this.batchRoom(batch * features[0]);
    this.output = this.batchRoom(batch * features[output]);
    this.outputGradient = this.batchRoom(batch * features[output]);
    return true;
  }

  /** Address of a block of a buffer. */
  buffer(buffer: number, begin: number): number {
    return this.buffers[buffer] + 4 * begin * this.plan.features[buffer];
  }

  /** Address of a block of a buffer's gradient. */
  gradient(buffer: number, begin: number): number {
    return this.gradients[buffer] + 4 * begin * this.plan.features[buffer];
  }

  /** Address of a block of the mask of a step. */
  mask(step: number, buffer: number, begin: number): number {
    return this.masks.get(step)! + 4 * begin * this.plan.features[buffer];
  }

  write(address: number, numbers: ArrayLike<number>): void {
    new Float32Array(this.heap.memory.buffer, address, numbers.length).set(numbers);
  }

  read(address: number, length: number): Float32Array {
    return new Float32Array(this.heap.memory.buffer, address, length).slice();
  }

  release(): void {
    for (const room of [...this.rooms, ...this.batchRooms]) this.heap.release(room);
    for (const {kernel, bias} of this.products.values()) {
      for (const parameter of bias ? [kernel, bias] : [kernel]) {
        for (const mirror of [parameter.values, ...parameter.slots]) mirror.release();
      }
    }
    this.workshop.leave();
  }

  private addProduct(step: ProductStep, slotCount: number): ProductMemory {
    const {layer} = step;
    const parameter = (weight: tf.LayerVariable): ParameterMemory => {
      const size = sizeOf(weight.shape as number[]);
      const index = this.trainable.indexOf(weight);
      const values = new Mirror(this.heap, size);
      const slots = index < 0 ? [] : Array.from({length: slotCount}, () => new Mirror(this.heap, size));
      return {index, weight, values, gradient: this.room(values.floats), slots};
    };
    const kernel = layer instanceof MaskedDense ? layer.sparseWeight.values : layer.weights[0];
    return {
      topology: topologyOf(step),
      kernel: parameter(kernel),
      bias: layer.bias ? parameter(layer.bias) : undefined,
    };
  }

  private room(floats: number): number {
    const address = this.heap.allocate(4 * floats);
    this.rooms.push(address);
    return address;
  }

  private batchRoom(floats: number): number {
    const address = this.heap.allocate(4 * floats);
    this.batchRooms.push(address);
    return address;
  }
}
