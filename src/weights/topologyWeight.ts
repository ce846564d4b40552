import type * as tf from '@tensorflow/tfjs';
import {releaseTopology} from '../ops/topologyResources.ts';
import {Topology} from '../topology/topology.ts';
import {HostWeight} from './hostWeight.ts';

/** What {@link TopologyWeight} tells its owner. */
export interface TopologyOwner {
  /** A saved topology was taken over in the place of this one: the last of a layer's weights to be set. */
  written?(previous: Topology): void;
  /** The topology was replaced, or the layer disposed. */
  released?(): void;
}

/**
 * A topology in the list of a layer's weights. It is written as one int32 vector `[rows + 1 + nnz]`: row pointers, then column indices.
 */
export class TopologyWeight extends HostWeight {
  readonly dtype = 'int32';
  /** Tells it from all other weights. */
  readonly isTopology = true;

  /**
   * @param name     as the names of the layer's other weights
   * @param current  the topology to begin with
   * @param owner    told when something happens to the weight
   */
  constructor(
    name: string,
    private current: Topology,
    private readonly owner: TopologyOwner = {},
  ) {
    super(name);
  }

  /** Numbers that are saved. */
  get length(): number {
    return this.current.rowPtr.length + this.current.nnz;
  }

  get topology(): Topology {
    return this.current;
  }

  set topology(next: Topology) {
    if (next === this.current) return;
    this.dispose();
    this.current = next;
  }

  /**
   * Takes over a saved topology; where it is the same, what has been made of the current one stays.
   *
   * @throws RangeError if it is not a topology of this weight's shape and number of connections
   */
  assign(packed: tf.Tensor): void {
    const next = this.unpack(packed);
    if (!next.equals(this.current)) this.topology = next;
  }

  override write(packed: tf.Tensor): never {
    const previous = this.current;
    super.write(packed);
    this.owner.written?.(previous);
    return this as never;
  }

  /**
   * A saved topology, which is not taken over.
   *
   * @throws RangeError if it is not a topology of this weight's shape and number of connections
   */
  unpack(packed: tf.Tensor): Topology {
    return unpack(this.name, packed, this.current);
  }

  /** Releases what the topology holds on the device; the topology itself stays readable. */
  override dispose(): void {
    super.dispose();
    releaseTopology(this.current);
    this.owner.released?.();
  }

  protected packed(): Int32Array {
    const {rowPtr, colIdx} = this.current;
    const packed = new Int32Array(rowPtr.length + colIdx.length);
    packed.set(rowPtr);
    packed.set(colIdx, rowPtr.length);
    return packed;
  }
}

function unpack(name: string, packed: tf.Tensor, {shape, rows, cols, nnz}: Topology): Topology {
  const data = packed.dataSync<'int32'>();
  const rowPtr = data.slice(0, rows + 1);
  const colIdx = data.slice(rows + 1);
  let isValid = packed.dtype === 'int32' && colIdx.length === nnz && rowPtr[0] === 0 && rowPtr[rows] === nnz;
  for (let row = 0; isValid && row < rows; row++) {
    isValid = rowPtr[row] <= rowPtr[row + 1];
    for (let k = rowPtr[row]; isValid && k < rowPtr[row + 1]; k++) {
      isValid = colIdx[k] < cols && colIdx[k] > (k > rowPtr[row] ? colIdx[k - 1] : -1);
    }
  }
  if (!isValid) {
    throw new RangeError(
      `${name}: a saved topology must hold ${nnz} ascending connections of the shape [${shape}], received ${data.length} ` +
        `${packed.dtype} numbers that do not. Check that the file belongs to this model.`,
    );
  }
  return new Topology(shape, rowPtr, colIdx);
}
