import type {ConvGeometry} from '../../ops/convGeometry.ts';
import {kernelNames, type SparseConv2dAttrs} from '../../ops/kernelNames.ts';
import type {Topology} from '../../topology/topology.ts';
import {ConvImages, paddedWidth} from './convImages.ts';
import {type Frame, rowIndex} from './frame.ts';
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
    const [ptr, places, slots] = entryIndex(frame, topology, geometry);
    const weights = frame.scratch(topology.nnz);
    const source = frame.input(x);
    const biasAddress = bias ? frame.input(bias) : 0;
    const images = new ConvImages(frame, geometry);
    const floor = floorOf(activation);
    kernels.gather(frame.input(values), slots, weights, 0, topology.nnz);
    images.forEachBlock((block) => {
      images.loadInput(source, block);
      images.forEachPixel((input, output) => {
        kernels.multiply(ptr, places, weights, input, output, 0, outChannels, block.stride, biasAddress, floor);
      });
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
    const places = rowPlaces(frame, topology, geometry);
    const [weights, source] = [frame.input(values), frame.input(dy)];
    const images = new ConvImages(frame, geometry);
    images.forEachBlock((block) => {
      images.loadOutput(source, block);
      images.clearInput();
      images.forEachPixel((input, output) => {
        frame.kernels.addMultiply(ptr, idx, weights, output, input, places, 0, topology.rows, block.stride);
      });
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
    const places = rowPlaces(frame, topology, geometry);
    const [xSource, dySource] = [frame.input(x), frame.input(dy)];
    const images = new ConvImages(frame, geometry);
    frame.kernels.clear(dValues.address, topology.nnz);
    images.forEachBlock((block) => {
      images.loadInput(xSource, block);
      images.loadOutput(dySource, block);
      images.forEachPixel((input, output) => {
        frame.kernels.addDots(ptr, idx, input, places, output, dValues.address, 0, topology.rows, block.stride);
      });
    });
    return dValues.toTensor();
  },
};

/** Address of `[rows]`: how many input rows after the first one of its pixel a row of the topology finds its input. */
function rowPlaces(frame: Frame, topology: Topology, geometry: ConvGeometry): number {
  return frame.index(topology, `rowPlaces/${layoutKey(geometry)}`, () => [makeRowPlaces(topology, geometry)])[0];
}

/** The transposed index with the places of the inputs for their rows: `[colPtr, places, slots]`. */
function entryIndex(frame: Frame, topology: Topology, geometry: ConvGeometry): readonly number[] {
  return frame.index(topology, `entries/${layoutKey(geometry)}`, () => {
    const {colPtr, rowIdx, slots} = topology.transposed();
    const places = makeRowPlaces(topology, geometry);
    return [colPtr, rowIdx.map((row) => places[row]), slots];
  });
}

function makeRowPlaces({rows}: Topology, geometry: ConvGeometry): Int32Array {
  const {kernelWidth, inChannels, dilations} = geometry;
  return Int32Array.from({length: rows}, (_, row) => {
    const channel = row % inChannels;
    const offset = (row - channel) / inChannels;
    const kernelX = offset % kernelWidth;
    const kernelY = (offset - kernelX) / kernelWidth;
    return (kernelY * dilations[0] * paddedWidth(geometry) + kernelX * dilations[1]) * inChannels + channel;
  });
}

/** Everything that the places depend on besides the topology. */
function layoutKey(geometry: ConvGeometry): string {
  return `${paddedWidth(geometry)}/${geometry.dilations}`;
}
