import {kernelNames, type RowRange, type SparseConv2dAttrs, type SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import type {WasmKernel} from './wasmKernel.ts';

/**
 * Rows of the gradient at all positions, for growth by gradient.
 *
 * The operands of a dense layer go into panels first: with samples a power of two apart they would displace each other in the caches.
 *
 * A row of a convolution is a kernel offset and an input channel; the samples of its product are the output pixels whose input
 * lies inside the image, taken a row of pixels at a time.
 */

/** Columns of x, and of dy, that `addOuter` goes through the samples with. */
const X_PANEL = 4;
const DY_PANEL = 8;

export const matMulGradientRows: WasmKernel<SparseMatMulAttrs & RowRange> = {
  kernelName: kernelNames.sparseMatMulGradientRows,
  run(frame, {x, dy}, {topology: {rows, cols}, begin, end}) {
    const gradient = frame.output([end - begin, cols]);
    const {kernels} = frame;
    const [samples] = x.shape;
    const inPanels = (from: number, stride: number, count: number, width: number) => {
      const panels = frame.scratch(Math.ceil(count / width) * width * samples);
      kernels.packPanels(from, stride, samples, count, width, panels);
      return [panels, width, width * samples] as const;
    };
    const xPanels = inPanels(frame.input(x) + 4 * begin, rows, end - begin, X_PANEL);
    const dyPanels = inPanels(frame.input(dy), cols, cols, DY_PANEL);
    kernels.clear(gradient.address, (end - begin) * cols);
    kernels.addOuter(...xPanels, ...dyPanels, samples, gradient.address, end - begin, cols);
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
            X_PANEL,
            dySource + 4 * ((sample * outHeight + outY) * outWidth + first) * cols,
            cols,
            DY_PANEL,
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
