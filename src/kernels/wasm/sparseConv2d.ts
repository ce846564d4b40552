import {kernelNames, type SparseConv2dAttrs} from '../../ops/kernelNames.ts';
import {ConvImages, paddedWidth} from './convImages.ts';
import {entryIndex, rowPlaces} from './convIndex.ts';
import {rowIndex} from './frame.ts';
import {floorOf, type WasmKernel} from './wasmKernel.ts';

/**
 * The products of a sparse convolution on the WebAssembly loops.
 *
 * Images lie as `[h, w, channels, stride]`, the batch innermost, the input with its border of zeros. Then each output pixel is
 * a dense layer whose inputs are found at fixed distances from the pixel's place: a connection is one multiply-add of two
 * rows of samples, whatever stride, padding and dilation. No column buffer; scratch is a padded copy of the input and a copy
 * of the output for one block of samples, and for the forward product the values in the order of the transposed index.
 */

export const forward: WasmKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2d,
  run(frame, {x, values, bias}, {topology, geometry, activation}) {
    const {kernels} = frame;
    const {batch, outHeight, outWidth, outChannels} = geometry;
    const y = frame.output([batch, outHeight, outWidth, outChannels]);
    const [ptr, places, slots] = entryIndex(frame, topology, geometry, paddedWidth(geometry));
    const weights = frame.scratch(topology.nnz);
    const source = frame.input(x);
    const biasAddress = bias ? frame.input(bias) : 0;
    const images = new ConvImages(frame, geometry);
    const floor = floorOf(activation);
    kernels.gather(frame.input(values), slots, weights, 0, topology.nnz);
    images.forEachBlock((block) => {
      images.loadInput(source, block);
      const {input, output, size} = images.pixels(block);
      kernels.convolve(
        ptr,
        places,
        weights,
        ...input,
        ...output,
        ...size,
        0,
        outChannels,
        block.stride,
        biasAddress,
        floor,
        0,
      );
      images.storeOutput(y.address, block);
    });
    return y.toTensor();
  },
};

export const backpropInput: WasmKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2dBackpropInput,
  run(frame, {dy, values}, {topology, geometry}) {
    const {batch, inHeight, inWidth, inChannels} = geometry;
    const dx = frame.output([batch, inHeight, inWidth, inChannels]);
    const [ptr, idx] = rowIndex(frame, topology);
    const places = rowPlaces(frame, topology, geometry, paddedWidth(geometry));
    const [weights, source] = [frame.input(values), frame.input(dy)];
    const images = new ConvImages(frame, geometry);
    images.forEachBlock((block) => {
      images.loadOutput(source, block);
      images.clearInput();
      const {input, output, size} = images.pixels(block);
      const {rows} = topology;
      frame.kernels.convolve(
        ptr,
        idx,
        weights,
        ...output,
        ...input,
        ...size,
        places,
        rows,
        block.stride,
        0,
        floorOf(),
        1,
      );
      images.storeInput(dx.address, block);
    });
    return dx.toTensor();
  },
};

export const backpropValues: WasmKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2dBackpropValues,
  run(frame, {x, dy}, {topology, geometry}) {
    const dValues = frame.output([topology.nnz]);
    const [ptr, idx] = rowIndex(frame, topology);
    const places = rowPlaces(frame, topology, geometry, paddedWidth(geometry));
    const [xSource, dySource] = [frame.input(x), frame.input(dy)];
    const images = new ConvImages(frame, geometry);
    frame.kernels.clear(dValues.address, topology.nnz);
    images.forEachBlock((block) => {
      images.loadInput(xSource, block);
      images.loadOutput(dySource, block);
      const {input, output, size} = images.pixels(block);
      const {rows} = topology;
      frame.kernels.addConvolutionDots(
        ptr,
        idx,
        ...input,
        places,
        ...output,
        ...size,
        dValues.address,
        0,
        rows,
        block.stride,
      );
    });
    return dValues.toTensor();
  },
};
