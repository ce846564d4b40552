import type {ConvGeometry} from '../../../src/ops/convGeometry.ts';
import type {FusedActivation} from '../../../src/ops/kernelNames.ts';
import type {Topology} from '../../../src/topology/topology.ts';
import {activate} from './activate.ts';

/**
 * The products of a sparse convolution, in plain JavaScript over compressed rows; arrays are row-major.
 *
 * A row of the topology is one kernel offset and input channel `(ky, kx, c)`. For every output pixel and kernel offset inside
 * the image, each input channel meets its active outputs: batch · h' · w' · nnz multiply-adds, no column buffer. Inputs that
 * are exactly 0 are skipped as in the matrix products.
 */

/**
 * @param x  `[batch, h, w, in]`
 * @param y  `[batch, h', w', out]`, written
 */
export function forward(
  x: Float32Array,
  values: Float32Array,
  {rowPtr, colIdx}: Topology,
  geometry: ConvGeometry,
  y: Float32Array,
  bias?: Float32Array,
  activation?: FusedActivation,
): void {
  y.fill(0);
  forEachTap(geometry, (xBase, yBase, rowBase) => {
    for (let channel = 0; channel < geometry.inChannels; channel++) {
      const input = x[xBase + channel];
      if (input === 0) continue;
      const end = rowPtr[rowBase + channel + 1];
      for (let k = rowPtr[rowBase + channel]; k < end; k++) y[yBase + colIdx[k]] += input * values[k];
    }
  });
  activate(y, bias, activation);
}

/**
 * @param dy  `[batch, h', w', out]`
 * @param dx  `[batch, h, w, in]`, written
 */
export function backpropInput(
  dy: Float32Array,
  values: Float32Array,
  {rowPtr, colIdx}: Topology,
  geometry: ConvGeometry,
  dx: Float32Array,
): void {
  dx.fill(0);
  forEachTap(geometry, (xBase, yBase, rowBase) => {
    for (let channel = 0; channel < geometry.inChannels; channel++) {
      const end = rowPtr[rowBase + channel + 1];
      let sum = 0;
      for (let k = rowPtr[rowBase + channel]; k < end; k++) sum += dy[yBase + colIdx[k]] * values[k];
      dx[xBase + channel] += sum;
    }
  });
}

/**
 * @param x        `[batch, h, w, in]`
 * @param dy       `[batch, h', w', out]`
 * @param dValues  `[nnz]`, written
 */
export function backpropValues(
  x: Float32Array,
  dy: Float32Array,
  {rowPtr, colIdx}: Topology,
  geometry: ConvGeometry,
  dValues: Float32Array,
): void {
  dValues.fill(0);
  forEachTap(geometry, (xBase, yBase, rowBase) => {
    for (let channel = 0; channel < geometry.inChannels; channel++) {
      const input = x[xBase + channel];
      if (input === 0) continue;
      const end = rowPtr[rowBase + channel + 1];
      for (let k = rowPtr[rowBase + channel]; k < end; k++) dValues[k] += input * dy[yBase + colIdx[k]];
    }
  });
}

/**
 * Rows of the gradient at all positions.
 *
 * @param x         `[batch, h, w, in]`
 * @param dy        `[batch, h', w', out]`
 * @param begin     first row
 * @param gradient  `[rows asked for, out]`, written
 */
export function gradientRows(
  x: Float32Array,
  dy: Float32Array,
  {cols}: Topology,
  geometry: ConvGeometry,
  begin: number,
  gradient: Float32Array,
): void {
  gradient.fill(0);
  const end = begin + gradient.length / cols;
  forEachTap(geometry, (xBase, yBase, rowBase) => {
    const first = Math.max(begin, rowBase);
    const last = Math.min(end, rowBase + geometry.inChannels);
    for (let row = first; row < last; row++) {
      const input = x[xBase + row - rowBase];
      for (let col = 0; col < cols; col++) gradient[(row - begin) * cols + col] += input * dy[yBase + col];
    }
  });
}

/** Visits every pair of an output pixel and a kernel offset that lies inside the image, by the offsets of their channels. */
function forEachTap(geometry: ConvGeometry, visit: (xBase: number, yBase: number, rowBase: number) => void): void {
  const {batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels} = geometry;
  const {kernelHeight, kernelWidth, strides, dilations, pad} = geometry;
  for (let sample = 0; sample < batch; sample++) {
    for (let outY = 0; outY < outHeight; outY++) {
      for (let outX = 0; outX < outWidth; outX++) {
        const yBase = ((sample * outHeight + outY) * outWidth + outX) * outChannels;
        for (let kernelY = 0; kernelY < kernelHeight; kernelY++) {
          const inY = outY * strides[0] + kernelY * dilations[0] - pad.top;
          if (inY < 0 || inY >= inHeight) continue;
          for (let kernelX = 0; kernelX < kernelWidth; kernelX++) {
            const inX = outX * strides[1] + kernelX * dilations[1] - pad.left;
            if (inX < 0 || inX >= inWidth) continue;
            const xBase = ((sample * inHeight + inY) * inWidth + inX) * inChannels;
            visit(xBase, yBase, (kernelY * kernelWidth + kernelX) * inChannels);
          }
        }
      }
    }
  }
}
