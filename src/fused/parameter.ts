import type * as tf from '@tensorflow/tfjs';
import type {Heap} from '../kernels/wasm/heap.ts';
import type {Penalty} from '../layers/kinds/regularizer.ts';
import {sizeOf} from '../topology/positions.ts';
import {ShadowCopy} from './shadowCopy.ts';

/** A weight of the model in the heap, with its gradient and the optimizer's slots. */
export class Parameter {
  readonly values: ShadowCopy;
  /** `[floats]`, written anew at every step; of a kernel, in the forward pass, its values in the order of the transposed index. */
  readonly gradient: number;
  /** The optimizer's slots, in the order in which its kernel takes them. */
  readonly slots: readonly ShadowCopy[];
  /** Whether steps change it: weights of layers that are not trainable at the moment stay as they are. */
  isTrained = false;
  private readonly size: number;

  /**
   * @param index      its place among the model's trainable weights, by which optimizers know it; −1 if it is none
   * @param slotCount  slots of the optimizer
   * @param gradient   where its gradient is, if that is part of something larger. @defaultValue room of its own
   */
  constructor(
    private readonly heap: Heap,
    readonly weight: tf.LayerVariable,
    readonly index: number,
    readonly penalty: Penalty,
    slotCount: number,
    private readonly givenGradient?: number,
  ) {
    this.size = sizeOf(weight.shape as number[]);
    this.values = new ShadowCopy(heap, this.size);
    this.slots = index < 0 ? [] : Array.from({length: slotCount}, () => new ShadowCopy(heap, this.size));
    this.gradient = givenGradient ?? heap.allocate(4 * this.values.floats);
  }

  /** False if a gradient of the latest step is infinite or NaN. */
  hasFiniteGradient(): boolean {
    return this.heap.kernels.areFinite(this.gradient, this.size) === 1;
  }

  release(): void {
    this.values.release();
    for (const slot of this.slots) slot.release();
    if (this.givenGradient === undefined) this.heap.release(this.gradient);
  }
}
