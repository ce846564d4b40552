import * as tf from '@tensorflow/tfjs';
import {hostView, newHostTensor} from '../kernels/hostMemory.ts';
import type {Heap} from '../kernels/wasm/heap.ts';

/**
 * A variable of tfjs in the heap of the loops. The variable is what everyone sees and may change; the loops work on the copy.
 *
 * Room is rounded up to whole SIMD vectors, zeros at first.
 */
export class ShadowCopy {
  readonly address: number;
  /** Numbers, rounded up to a multiple of 4. */
  readonly floats: number;
  /** What the variable held when both were last the same. */
  private dataId: object | undefined;

  constructor(
    private readonly heap: Heap,
    private readonly size: number,
  ) {
    this.floats = Math.ceil(size / 4) * 4;
    this.address = heap.allocate(4 * this.floats);
    heap.kernels.clear(this.address, this.floats);
  }

  /** Takes over what the variable holds. @returns true if that has changed @throws TypeError that of tfjs, if it was disposed */
  load(variable: tf.Variable): boolean {
    // Without its data reading the variable throws; tf.disposeVariables leaves no other trace in it.
    if (variable.dataId === this.dataId && tf.engine().state.tensorInfo.has(variable.dataId)) return false;
    this.view().set(hostView(variable));
    this.dataId = variable.dataId;
    return true;
  }

  /** Gives the variable what the loops have computed: another tensor, so that nobody's copy changes. */
  store(variable: tf.Variable): void {
    const tensor = newHostTensor(variable.shape, () => this.view());
    variable.assign(tensor);
    tensor.dispose();
    this.dataId = variable.dataId;
  }

  release(): void {
    this.heap.release(this.address);
  }

  private view(): Float32Array {
    return new Float32Array(this.heap.memory.buffer, this.address, this.size);
  }
}
