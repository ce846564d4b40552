import {kernelNames, type RowRange, type SparseConv2dAttrs, type SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import type {WasmKernel} from './wasmKernel.ts';

/**
 * Rows of the gradient at all positions, for growth by gradient: products of batch-major operands as they are.
 *
 * A row of a convolution is a kernel offset and an input channel; the samples of its product are the output pixels whose input
 * lies inside the image, taken a row of pixels at a time.
 */

export const matMulGradientRows: WasmKernel<SparseMatMulAttrs & RowRange> = {
  kernelName: kernelNames.sparseMatMulGradientRows,
  run(frame, {x, dy}, {topology: {rows, cols}, begin, end}) {
    const gradient = frame.output([end - begin, cols]);
    const [xSource, dySource] = [frame.input(x) + 4 * begin, frame.input(dy)];
    frame.kernels.clear(gradient.address, (end - begin) * cols);
    frame.kernels.addOuter(xSource, rows, dySource, cols, x.shape[0], gradient.address, end - begin, cols);
    return gradient.toTensor();
  },
};

export const conv2dGradientRows: WasmKernel<SparseConv2dAttrs & RowRange> = {
  kernelName: kernelNames.sparseConv2dGradientRows,
  run(frame, {x, dy}, {topology: {cols}, geometry, begin, end}) {
    const {batch, inHeight, inWidth, inChannels, outHeight, outWidth, kernelWidth, strides, dilations, pad} = geometry;
    const gradient = frame.output([end - begin, cols]);
    const [xSource, dySource] = [frame.input(x), frame.input(dy)];
    frame.kernels.clear(gradient.address, (end - begin) * cols);
    for (let row = begin; row < end; ) {
      // All rows of one kernel offset that are asked for.
      const channel = row % inChannels;
      const channels = Math.min(inChannels - channel, end - row);
      const offset = Math.floor(row / inChannels);
      const offsetX = (offset % kernelWidth) * dilations[1] - pad.left;
      const offsetY = Math.floor(offset / kernelWidth) * dilations[0] - pad.top;
      // Output columns whose input column lies inside the image.
      const first = Math.max(0, Math.ceil(-offsetX / strides[1]));
      const last = Math.min(outWidth - 1, Math.floor((inWidth - 1 - offsetX) / strides[1]));
      const target = gradient.address + 4 * (row - begin) * cols;
      for (let sample = 0; sample < batch && first <= last; sample++) {
        for (let outY = 0; outY < outHeight; outY++) {
          const inY = outY * strides[0] + offsetY;
          if (inY < 0 || inY >= inHeight) continue;
          const pixel = (sample * inHeight + inY) * inWidth + first * strides[1] + offsetX;
          frame.kernels.addOuter(
            xSource + 4 * (pixel * inChannels + channel),
            strides[1] * inChannels,
            dySource + 4 * ((sample * outHeight + outY) * outWidth + first) * cols,
            cols,
            last - first + 1,
            target,
            channels,
            cols,
          );
        }
      }
      row += channels;
    }
    return gradient.toTensor();
  },
};
