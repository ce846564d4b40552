import type {Block} from '../kernels/wasm/blocks.ts';
import type {HeapPart} from '../kernels/wasm/heap.ts';
import {featuresOf, hasBorder, rowsOf} from './images.ts';
import {hasHalo, type Plan} from './plan.ts';
import {sharedBuffers} from './sharedBuffers.ts';
import {gatheredRows} from './windows.ts';

/** What of a plan is in the heap for the samples of one batch: activations, their gradients, masks. */
export class BatchMemory {
  private readonly activations: readonly number[];
  private readonly gradients: readonly number[];
  private readonly masks: ReadonlyMap<number, number>;
  private readonly moments: ReadonlyMap<number, number>;
  /** Rows of samples of the largest gradient with a border that one of an input is gathered from. */
  private readonly copyRows: number;
  private readonly copies: number;
  /** Batch-major: the input, the output before the head, and its gradient. */
  readonly input: number;
  readonly output: number;
  readonly outputGradient: number;
  /** The largest batch that it has room for: a multiple of the floats in a vector. */
  readonly capacity: number;
  /** The batch that the borders were last cleared for. */
  private laidOut = 0;

  constructor(
    private readonly part: HeapPart,
    private readonly plan: Plan,
    batch: number,
    readonly isTraining: boolean,
  ) {
    const {buffers, output, steps} = plan;
    const capacity = capacityFor(batch);
    this.capacity = capacity;
    this.activations = this.activationAddresses();
    this.gradients = buffers.map((buffer) =>
      isTraining && buffer.hasGradient ? this.allocate(rowsOf(buffer) * capacity) : 0,
    );
    this.masks = new Map(
      steps.flatMap((step, i) =>
        isTraining && step.kind === 'dropout' ? [[i, this.allocate(rowsOf(buffers[step.buffer]) * capacity)]] : [],
      ),
    );
    this.moments = new Map(
      steps.flatMap((step, i) =>
        isTraining && step.kind === 'normalization'
          ? [[i, this.allocate(momentFloats(step.channels, Math.ceil(capacity / plan.block)))]]
          : [],
      ),
    );
    this.copyRows = isTraining
      ? Math.max(0, ...steps.map((step) => (step.kind === 'product' ? gatheredRows(step) : 0)))
      : 0;
    this.copies = this.copyRows > 0 ? this.allocate(this.copyRows * capacity) : 0;
    this.input = this.allocate(capacity * featuresOf(buffers[0]));
    this.output = this.allocate(capacity * featuresOf(buffers[output]));
    this.outputGradient = isTraining ? this.allocate(capacity * featuresOf(buffers[output])) : 0;
  }

  /** Makes the borders 0 if the batch lies otherwise than the last one did. */
  layOut(batch: number): void {
    if (batch === this.laidOut) return;
    this.laidOut = batch;
    for (const [i, buffer] of this.plan.buffers.entries()) {
      const floats = rowsOf(buffer) * this.capacity;
      if (hasBorder(buffer)) this.part.kernels.clear(this.activations[i], floats);
      if (hasHalo(buffer) && this.gradients[i] !== 0) this.part.kernels.clear(this.gradients[i], floats);
    }
  }

  /** Address of a block of a buffer. */
  activation(buffer: number, {begin}: Block): number {
    return this.activations[buffer] + this.offset(buffer, begin);
  }

  /** Address of a block of a buffer's gradient. */
  gradient(buffer: number, {begin}: Block): number {
    return this.gradients[buffer] + this.offset(buffer, begin);
  }

  /** Address of room for a gradient with a border, of which a block of an input's gradient is gathered. */
  copy({begin}: Block): number {
    return this.copies + 4 * begin * this.copyRows;
  }

  /** Address of a block of the mask of a dropout. */
  mask(step: number, buffer: number, {begin}: Block): number {
    return this.masks.get(step)! + this.offset(buffer, begin);
  }

  /** Address of what the blocks give to the statistics of a normalisation, `[blocks, 2, width]`. */
  momentsOf(step: number): number {
    return this.moments.get(step)!;
  }

  release(): void {
    this.part.releaseAll();
  }

  private offset(buffer: number, begin: number): number {
    return 4 * begin * rowsOf(this.plan.buffers[buffer]);
  }

  /** Memory for all buffers; shared where no gradient will need what was in them. */
  private activationAddresses(): number[] {
    const owners = ownersFor(this.plan, this.isTraining);
    const own = this.plan.buffers.map((buffer, i) =>
      owners[i] === i ? this.allocate(rowsOf(buffer) * this.capacity) : 0,
    );
    return owners.map((owner) => own[owner]);
  }

  private allocate(floats: number): number {
    return this.part.allocate(4 * floats);
  }
}

function ownersFor(plan: Plan, isTraining: boolean): number[] {
  return isTraining ? plan.buffers.map((_, buffer) => buffer) : sharedBuffers(plan);
}

function capacityFor(batch: number): number {
  return Math.ceil(batch / 4) * 4;
}

function momentFloats(channels: number, blocks: number): number {
  return blocks * 2 * Math.ceil(channels / 4) * 4;
}
