import * as tf from '@tensorflow/tfjs';
import type {DenseGradient} from '../algorithms/types.ts';
import type {Positions} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import {largestFinder} from './findLargest.ts';

/** The gradient of a kernel from the input and the output's gradient of one call, in the forms in which it is read. */
export interface GradientOp {
  /** Of the kernel whose gradient it is. */
  readonly topology: Topology;
  /** At the active positions, `[nnz]`. */
  active(x: tf.Tensor, dy: tf.Tensor): tf.Tensor;
  /** At all positions. */
  whole(x: tf.Tensor, dy: tf.Tensor): tf.Tensor;
  /** What `whole` has to be given as x for the rows `begin … end - 1` alone; only where rows can be made by themselves so. */
  readonly inputOf?: ((x: tf.Tensor, begin: number, end: number) => tf.Tensor) | undefined;
  /** At the positions of the rows `begin … end - 1`; only where tensors are on the host, so that it can be read at once. */
  readonly rows?: ((x: tf.Tensor, dy: tf.Tensor, begin: number, end: number) => tf.Tensor) | undefined;
}

/** Positions whose gradients a device makes and sends at a time, 64 MiB, which is less than any device must hold in a buffer. */
const POSITIONS_AT_ONCE = 2 ** 24;

interface Recording {
  readonly x: tf.Tensor;
  readonly dy: tf.Tensor;
  readonly op: GradientOp;
}

/**
 * Captures the gradient of a sparse weight at **all** positions, of the steps during which it is armed.
 *
 * What is kept from a step are the layer's input and its output's gradient, as many as the layer was called (a shared layer
 * or accumulated micro-batches are summed). The product is made only when it is read, block by block where tensors are on the
 * host; there is never a dense weight.
 */
export class GradientProbe {
  private armed = false;
  private recordings: Recording[] = [];
  private recordedVersion: unknown;

  /**
   * @param version  tells one state of the weights from the next: where it changes, what was recorded before is released, so
   * that the gradient is of one step also where steps go by without being read. @defaultValue always the same
   * @param positionsAtOnce  of a dense layer, whose gradients a device makes and sends at a time; at least a row. @defaultValue 2^24
   * @throws RangeError if `positionsAtOnce` is below 1
   */
  constructor(
    private readonly version: () => unknown = () => undefined,
    private readonly positionsAtOnce = POSITIONS_AT_ONCE,
  ) {
    if (!(positionsAtOnce >= 1)) {
      throw new RangeError(
        `GradientProbe: positionsAtOnce must be at least 1, received ${positionsAtOnce}. Leave it out for ${POSITIONS_AT_ONCE}.`,
      );
    }
  }

  /** True from {@link arm} to {@link disarm}. */
  get isArmed(): boolean {
    return this.armed;
  }

  /** Starts recording with the next backward pass; what was recorded before is released. */
  arm(): void {
    this.disarm();
    this.armed = true;
  }

  /** Stops recording and releases what was recorded. */
  disarm(): void {
    this.armed = false;
    this.release();
  }

  /** Releases what was recorded; armed, it goes on with the next backward pass. */
  release(): void {
    for (const {x, dy} of this.recordings) tf.dispose([x, dy]);
    this.recordings = [];
  }

  /** Called by the gradient of the sparse ops; keeps its own references to `x` and `dy`. */
  record(x: tf.Tensor, dy: tf.Tensor, op: GradientOp): void {
    if (!this.armed) return;
    const version = this.version();
    if (version !== this.recordedVersion) this.release();
    this.recordedVersion = version;
    this.recordings.push({x: tf.keep(x.clone()), dy: tf.keep(dy.clone()), op});
  }

  /**
   * The recorded gradient at all positions; the recording stays until {@link disarm}.
   *
   * @returns gradients, row-major like the layer's kernel; on the backends cpu and wasm each block is computed when it is asked
   * for, so that memory is proportional to the block; from others all are read now, since a block is given at once
   * @throws Error if no backward pass was recorded since {@link arm}
   */
  async read(): Promise<DenseGradient> {
    const {op} = this.first();
    const {size, cols} = op.topology;
    if (op.rows) return {size, block: (begin, end) => this.block(begin, end, cols)};
    const values = await this.readAll(op);
    return {size, block: (begin, end) => values.subarray(begin, end)};
  }

  /**
   * The positions outside of `taken` whose recorded gradients have the `k` largest magnitudes, the lower first among equals: from a device
   * that finds them, instead of all gradients.
   *
   * @param taken  ascending
   * @returns positions, ascending; undefined where {@link read} serves: the backend does not find them, the layer is too large to be made
   *   at once, a gradient is not finite, or fewer than `k` positions are not taken
   * @throws Error if no backward pass was recorded since {@link arm}
   */
  async readLargest(taken: Positions, k: number): Promise<Positions | undefined> {
    const {topology} = this.first().op;
    const find = largestFinder();
    if (!find || k === 0 || topology.size > this.positionsAtOnce) return undefined;
    const gradient = this.sum(({x, dy, op}) => op.whole(x, dy));
    try {
      return await find(gradient, taken, k);
    } finally {
      gradient.dispose();
    }
  }

  /**
   * The recorded gradient at the active positions, by slot.
   *
   * @throws Error if no backward pass was recorded since {@link arm}
   */
  async readActive(): Promise<Float32Array> {
    this.first();
    return readOnce(this.sum(({x, dy, op}) => op.active(x, dy)));
  }

  private async readAll({inputOf, topology: {rows, cols, size}}: GradientOp): Promise<Float32Array> {
    if (!inputOf || size <= this.positionsAtOnce) return readOnce(this.sum(({x, dy, op}) => op.whole(x, dy)));
    const values = new Float32Array(size);
    const rowsAtOnce = Math.max(1, Math.floor(this.positionsAtOnce / cols));
    for (let begin = 0; begin < rows; begin += rowsAtOnce) {
      const end = Math.min(begin + rowsAtOnce, rows);
      values.set(await readOnce(this.sum(({x, dy, op}) => op.whole(inputOf(x, begin, end), dy))), begin * cols);
    }
    return values;
  }

  private block(begin: number, end: number, cols: number): Float32Array {
    const firstRow = Math.floor(begin / cols);
    const lastRow = Math.ceil(end / cols);
    const rows = this.sum(({x, dy, op}) => op.rows!(x, dy, firstRow, lastRow));
    const values = rows.dataSync<'float32'>();
    rows.dispose();
    return values.subarray(begin - firstRow * cols, end - firstRow * cols);
  }

  private sum(gradient: (recording: Recording) => tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.recordings.map(gradient).reduce((sum, other) => tf.add(sum, other)));
  }

  private first(): Recording {
    if (this.recordings.length === 0) {
      throw new Error(
        'GradientProbe: no gradient was recorded. Call scheduler.step() after every optimizer step, before setTopologies, and train ' +
          'a loss that depends on every sparse layer.',
      );
    }
    return this.recordings[0];
  }
}

async function readOnce(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
