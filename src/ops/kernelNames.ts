import type {Topology} from '../topology/topology.ts';
import type {ConvGeometry} from './convGeometry.ts';
import type {GradientProbe} from './gradientProbe.ts';

/**
 * Names under which sparse kernels are registered with tfjs. A backend may bring its own; one that brings none gets the
 * composite of stock ops.
 */
export const kernelNames = {
  /** `{x: [batch, in], values: [nnz]} -> [batch, out]` */
  sparseMatMul: 'ItopSparseMatMul',
  /** `{dy: [batch, out], values: [nnz]} -> [batch, in]` */
  sparseMatMulBackpropInput: 'ItopSparseMatMulBackpropInput',
  /** `{x: [batch, in], dy: [batch, out]} -> [nnz]` */
  sparseMatMulBackpropValues: 'ItopSparseMatMulBackpropValues',
  /** `{x: [batch, h, w, in], values: [nnz]} -> [batch, h', w', out]` */
  sparseConv2d: 'ItopSparseConv2d',
  /** `{dy: [batch, h', w', out], values: [nnz]} -> [batch, h, w, in]` */
  sparseConv2dBackpropInput: 'ItopSparseConv2dBackpropInput',
  /** `{x: [batch, h, w, in], dy: [batch, h', w', out]} -> [nnz]` */
  sparseConv2dBackpropValues: 'ItopSparseConv2dBackpropValues',
} as const;

/** Attributes of the three matrix kernels. */
export interface SparseMatMulAttrs {
  readonly topology: Topology;
  /** Told of x and dy whenever the gradient of the values is taken. */
  readonly probe?: GradientProbe;
}

/** Attributes of the three convolution kernels. */
export interface SparseConv2dAttrs extends SparseMatMulAttrs {
  readonly geometry: ConvGeometry;
}
