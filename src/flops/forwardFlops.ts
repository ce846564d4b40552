import {checkKind} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';

/** A layer as the count of its floating-point operations sees it. */
export interface FlopsLayer {
  /** Dense shape of the kernel: `[in, out]` or `[kh, kw, in, out]`. */
  readonly shape: readonly number[];
  /** Number of active connections. */
  readonly nnz: number;
  /** Output positions per sample: 1 for a dense layer, output height · width for a convolution. */
  readonly positions: number;
}

/** Floating-point operations of one forward pass, per sample. */
export interface ForwardFlops {
  /** With the active connections only, f_S. */
  readonly sparse: number;
  /** With all connections, f_D. */
  readonly dense: number;
}

/**
 * Floating-point operations of the products with the kernels in one forward pass of one sample. A multiply-add counts
 * as two operations, as in RigL; biases, activations, normalisation and pooling are not counted.
 *
 * @throws RangeError if `nnz` is not an integer in [0, size] or `positions` is not a positive integer
 */
export function forwardFlops(layers: readonly FlopsLayer[]): ForwardFlops {
  checkKind('forwardFlops', 'layers', 'a list', layers, 'Pass flopsReport(model).layers.');
  let sparse = 0;
  let dense = 0;
  for (const layer of layers) {
    const size = checkFlopsLayer('forwardFlops', layer);
    sparse += 2 * layer.nnz * layer.positions;
    dense += 2 * size * layer.positions;
  }
  return {sparse, dense};
}

/**
 * The number of positions of a layer's kernel, once its numbers are in range.
 *
 * @throws RangeError if they are not
 */
export function checkFlopsLayer(where: string, {shape, nnz, positions}: FlopsLayer): number {
  checkKind(
    where,
    'shape',
    'a list of positive integers',
    shape,
    'Give the dense shape of the kernel, [784, 300] for instance.',
  );
  const size = sizeOf(shape);
  if (!(Number.isInteger(nnz) && nnz >= 0 && nnz <= size)) {
    throw new RangeError(
      `${where}: nnz must be an integer in [0, ${size}] for the shape [${shape}], received ${nnz}. ` +
        "Pass the topology's nnz.",
    );
  }
  if (!(Number.isInteger(positions) && positions > 0)) {
    throw new RangeError(
      `${where}: positions must be a positive integer, received ${positions}. ` +
        'Pass 1 for a dense layer, output height · width for a convolution.',
    );
  }
  return size;
}
