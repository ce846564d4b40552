import type {Topology} from '../topology/topology.ts';
import type {ConvGeometry} from './convGeometry.ts';
import type {GradientProbe} from './gradientProbe.ts';

/**
 * Names under which sparse kernels are registered with tfjs. A backend may bring its own; for what it does not bring there is
 * a composite of stock ops, except for the gradients of rows, which only backends with tensors on the host bring.
 */
export const kernelNames = {
  /** `{x: [batch, in], values: [nnz], bias?: [out]} -> [batch, out]` */
  sparseMatMul: 'ItopSparseMatMul',
  /** `{dy: [batch, out], values: [nnz]} -> [batch, in]` */
  sparseMatMulBackpropInput: 'ItopSparseMatMulBackpropInput',
  /** `{x: [batch, in], dy: [batch, out]} -> [nnz]` */
  sparseMatMulBackpropValues: 'ItopSparseMatMulBackpropValues',
  /** `{x: [batch, in], dy: [batch, out]} -> [end − begin, out]`: rows of the gradient at all positions */
  sparseMatMulGradientRows: 'ItopSparseMatMulGradientRows',
  /** `{x: [batch, h, w, in], values: [nnz], bias?: [out]} -> [batch, h', w', out]` */
  sparseConv2d: 'ItopSparseConv2d',
  /** `{dy: [batch, h', w', out], values: [nnz]} -> [batch, h, w, in]` */
  sparseConv2dBackpropInput: 'ItopSparseConv2dBackpropInput',
  /** `{x: [batch, h, w, in], dy: [batch, h', w', out]} -> [nnz]` */
  sparseConv2dBackpropValues: 'ItopSparseConv2dBackpropValues',
  /** `{x: [batch, h, w, in], dy: [batch, h', w', out]} -> [end − begin, out]`: rows of the gradient at all positions */
  sparseConv2dGradientRows: 'ItopSparseConv2dGradientRows',
  /** `{dy: [..., out], y: [..., out]} -> [dz, dBias: [out]]`: dL/dy through activation and bias; dz is dy if it is linear */
  outputGradient: 'ItopOutputGradient',
  /** `{values: [nnz]} -> [...topology.shape]`, zeros where there is no connection */
  sparseToDense: 'ItopSparseToDense',
  /** `{dense: [...topology.shape]} -> [nnz]` */
  denseToSparse: 'ItopDenseToSparse',
} as const;

/** Activations that the forward kernels apply as they write the output. */
export type FusedActivation = 'linear' | 'relu';

/** Attributes of all kernels that belong to a topology. */
export interface TopologyAttrs {
  /** The active connections of the kernel. */
  readonly topology: Topology;
}

/** What a forward product does to its output as it writes it. */
export interface OutputAttrs {
  /** @defaultValue 'linear' */
  readonly activation?: FusedActivation;
  /** @defaultValue false */
  readonly hasBias?: boolean;
}

/** Attributes of the matrix kernels. Activation and bias are of the forward product; the others leave them aside. */
export interface SparseMatMulAttrs extends TopologyAttrs, OutputAttrs {
  /** Told of x and dL/dz, before the activation, whenever the gradient of the values is taken. */
  readonly probe?: GradientProbe;
}

/** Attributes of the convolution kernels. */
export interface SparseConv2dAttrs extends SparseMatMulAttrs {
  /** Sizes of the convolution. */
  readonly geometry: ConvGeometry;
}

/** Which rows of a gradient are asked for: `begin … end - 1` of the topology's rows. */
export interface RowRange {
  /** The first row. */
  readonly begin: number;
  /** The row after the last one. */
  readonly end: number;
}
