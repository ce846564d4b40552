import type {FusedActivation} from '../../../src/ops/kernelNames.ts';
import type {Topology} from '../../../src/topology/topology.ts';
import {activate} from './activate.ts';

/**
 * The products of a sparse dense layer, in plain JavaScript over compressed rows; arrays are row-major.
 *
 * Each walks, for every sample, the inputs and the active outputs of each: batch · nnz multiply-adds. Inputs that are exactly
 * 0 (pixels, rectified units) are skipped in the forward product and in the weight gradient, so a 0 times a weight that is
 * not finite counts as 0. Products are rounded to float32 when they are added up.
 */

/**
 * y = activation(x W + bias).
 *
 * @param x  `[batch, rows]`
 * @param y  `[batch, cols]`, written
 */
export function forward(
  x: Float32Array,
  values: Float32Array,
  topology: Topology,
  y: Float32Array,
  bias?: Float32Array,
  activation?: FusedActivation,
): void {
  const {rows, cols, rowPtr, colIdx} = topology;
  y.fill(0);
  for (let sample = 0; sample * rows < x.length; sample++) {
    const yBase = sample * cols;
    for (let row = 0; row < rows; row++) {
      const input = x[sample * rows + row];
      if (input === 0) continue;
      const end = rowPtr[row + 1];
      for (let k = rowPtr[row]; k < end; k++) y[yBase + colIdx[k]] += input * values[k];
    }
  }
  activate(y, bias, activation);
}

/**
 * dx = dy Wᵀ.
 *
 * @param dy  `[batch, cols]`
 * @param dx  `[batch, rows]`, written
 */
export function backpropInput(dy: Float32Array, values: Float32Array, topology: Topology, dx: Float32Array): void {
  const {rows, cols, rowPtr, colIdx} = topology;
  for (let sample = 0; sample * rows < dx.length; sample++) {
    const dyBase = sample * cols;
    for (let row = 0; row < rows; row++) {
      const end = rowPtr[row + 1];
      let sum = 0;
      for (let k = rowPtr[row]; k < end; k++) sum += dy[dyBase + colIdx[k]] * values[k];
      dx[sample * rows + row] = sum;
    }
  }
}

/**
 * dW = xᵀ dy at the active positions.
 *
 * @param x        `[batch, rows]`
 * @param dy       `[batch, cols]`
 * @param dValues  `[nnz]`, written
 */
export function backpropValues(x: Float32Array, dy: Float32Array, topology: Topology, dValues: Float32Array): void {
  const {rows, cols, rowPtr, colIdx} = topology;
  dValues.fill(0);
  for (let sample = 0; sample * rows < x.length; sample++) {
    const dyBase = sample * cols;
    for (let row = 0; row < rows; row++) {
      const input = x[sample * rows + row];
      if (input === 0) continue;
      const end = rowPtr[row + 1];
      for (let k = rowPtr[row]; k < end; k++) dValues[k] += input * dy[dyBase + colIdx[k]];
    }
  }
}

/**
 * Rows of xᵀ dy, at all positions.
 *
 * @param x         `[batch, rows]`
 * @param dy        `[batch, cols]`
 * @param begin     first row
 * @param gradient  `[rows asked for, cols]`, written
 */
export function gradientRows(
  x: Float32Array,
  dy: Float32Array,
  {rows, cols}: Topology,
  begin: number,
  gradient: Float32Array,
): void {
  gradient.fill(0);
  for (let sample = 0; sample * rows < x.length; sample++) {
    for (let at = 0; at < gradient.length; at += cols) {
      const input = x[sample * rows + begin + at / cols];
      for (let col = 0; col < cols; col++) gradient[at + col] += input * dy[sample * cols + col];
    }
  }
}
