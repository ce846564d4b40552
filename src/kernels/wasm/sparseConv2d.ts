import type {ConvGeometry} from '../../ops/convGeometry.ts';
import {kernelNames, type SparseConv2dAttrs} from '../../ops/kernelNames.ts';
import type {Topology} from '../../topology/topology.ts';
import {type Frame, strideOf, topologyIndex, type WasmKernel} from './frame.ts';

/**
 * The three products of a sparse convolution on the WebAssembly kernels.
 *
 * Images lie as `[h, w, channels, stride]`, the batch innermost, the input with its border of zeros. Then each output pixel is
 * a dense layer whose inputs are found at fixed distances from the pixel's place: a connection is one multiply-add of two
 * rows of the batch, whatever stride, padding and dilation. No column buffer; scratch is a padded copy of the input and a
 * copy of the output for 32 samples at a time.
 */

/** Samples that go through at a time: as many as the kernels hold in registers. */
const CHUNK = 32;

export const forward: WasmKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2d,
  inputs: ['x', 'values'],
  run(frame, x, values, {topology, geometry}) {
    const {batch, outHeight, outWidth, outChannels} = geometry;
    const y = frame.output([batch, outHeight, outWidth, outChannels]);
    const weights = frame.input(values);
    const images = new Images(frame, geometry);
    const {colPtr, slots} = topologyIndex(frame, topology);
    const [ptr, slot, idx] = [colPtr(), slots(), entryPlaces(frame, topology, geometry)];
    const source = frame.input(x);
    images.forEachChunk((samples) => {
      images.loadInput(source, samples);
      images.forEachPixel((input, output) => {
        frame.kernels.multiplyTransposed(ptr, idx, slot, weights, input, output, outChannels, images.stride);
      });
      images.storeOutput(y.address, samples);
    });
    return y.toTensor();
  },
};

export const backpropInput: WasmKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2dBackpropInput,
  inputs: ['dy', 'values'],
  run(frame, dy, values, {topology, geometry}) {
    const {batch, inHeight, inWidth, inChannels} = geometry;
    const dx = frame.output([batch, inHeight, inWidth, inChannels]);
    const weights = frame.input(values);
    const images = new Images(frame, geometry);
    const {rowPtr, colIdx} = topologyIndex(frame, topology);
    const [ptr, idx, places] = [rowPtr(), colIdx(), rowPlaces(frame, topology, geometry)];
    const source = frame.input(dy);
    images.forEachChunk((samples) => {
      images.loadOutput(source, samples);
      images.clearInput();
      images.forEachPixel((input, output) => {
        frame.kernels.addRows(ptr, idx, weights, output, input, places, topology.rows, images.stride);
      });
      images.storeInput(dx.address, samples);
    });
    return dx.toTensor();
  },
};

export const backpropValues: WasmKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2dBackpropValues,
  inputs: ['x', 'dy'],
  run(frame, x, dy, {topology, geometry}) {
    const dValues = frame.output([topology.nnz]);
    const images = new Images(frame, geometry);
    const {rowPtr, colIdx} = topologyIndex(frame, topology);
    const [ptr, idx, places] = [rowPtr(), colIdx(), rowPlaces(frame, topology, geometry)];
    const [xSource, dySource] = [frame.input(x), frame.input(dy)];
    frame.kernels.clear(dValues.address, topology.nnz);
    images.forEachChunk((samples) => {
      images.loadInput(xSource, samples);
      images.loadOutput(dySource, samples);
      images.forEachPixel((input, output) => {
        frame.kernels.addDotRows(ptr, idx, input, places, output, dValues.address, topology.rows, images.stride);
      });
    });
    return dValues.toTensor();
  },
};

/** Some samples of a call. */
interface Samples {
  readonly begin: number;
  readonly count: number;
}

/** The input and the output of a convolution, batch innermost, for one chunk of samples after the other. */
class Images {
  /** Floats from one row of the batch to the next. */
  readonly stride: number;
  private readonly paddedWidth: number;
  private readonly inputFloats: number;
  private readonly input: number;
  private readonly output: number;

  constructor(
    private readonly frame: Frame,
    private readonly geometry: ConvGeometry,
  ) {
    const {batch, inHeight, inChannels, outHeight, outWidth, outChannels, pad} = geometry;
    this.stride = strideOf(Math.min(batch, CHUNK));
    this.paddedWidth = paddedWidth(geometry);
    this.inputFloats = (inHeight + pad.top + pad.bottom) * this.paddedWidth * inChannels * this.stride;
    this.input = frame.scratch(this.inputFloats);
    this.output = frame.scratch(outHeight * outWidth * outChannels * this.stride);
    this.clearInput();
  }

  forEachChunk(visit: (samples: Samples) => void): void {
    const {batch} = this.geometry;
    for (let begin = 0; begin < batch; begin += CHUNK) visit({begin, count: Math.min(CHUNK, batch - begin)});
  }

  /** Addresses of the first input row that an output pixel sees, and of the pixel's first output row. */
  forEachPixel(visit: (input: number, output: number) => void): void {
    const {outHeight, outWidth, outChannels, inChannels, strides} = this.geometry;
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        const pixel = y * strides[0] * this.paddedWidth + x * strides[1];
        visit(
          this.input + 4 * pixel * inChannels * this.stride,
          this.output + 4 * (y * outWidth + x) * outChannels * this.stride,
        );
      }
    }
  }

  clearInput(): void {
    this.frame.kernels.clear(this.input, this.inputFloats);
  }

  /** Takes samples out of `[batch, h, w, in]`; the border stays 0. */
  loadInput(source: number, {begin, count}: Samples): void {
    const {inHeight, inWidth, inChannels} = this.geometry;
    const rowFloats = inWidth * inChannels;
    for (let y = 0; y < inHeight; y++) {
      const from = source + 4 * (begin * inHeight + y) * rowFloats;
      const to = this.inputRow(y);
      this.frame.kernels.transpose(from, count, rowFloats, inHeight * rowFloats, to, this.stride, this.stride);
    }
  }

  /** Puts samples into `[batch, h, w, in]`, without the border. */
  storeInput(target: number, {begin, count}: Samples): void {
    const {inHeight, inWidth, inChannels} = this.geometry;
    const rowFloats = inWidth * inChannels;
    for (let y = 0; y < inHeight; y++) {
      const to = target + 4 * (begin * inHeight + y) * rowFloats;
      const from = this.inputRow(y);
      this.frame.kernels.transpose(from, rowFloats, count, this.stride, to, inHeight * rowFloats, rowFloats);
    }
  }

  /** Takes samples out of `[batch, h', w', out]`. */
  loadOutput(source: number, {begin, count}: Samples): void {
    const floats = this.outputFloats();
    const from = source + 4 * begin * floats;
    this.frame.kernels.transpose(from, count, floats, floats, this.output, this.stride, this.stride);
  }

  /** Puts samples into `[batch, h', w', out]`. */
  storeOutput(target: number, {begin, count}: Samples): void {
    const floats = this.outputFloats();
    const to = target + 4 * begin * floats;
    this.frame.kernels.transpose(this.output, floats, count, this.stride, to, floats, floats);
  }

  private inputRow(y: number): number {
    const {inChannels, pad} = this.geometry;
    return this.input + 4 * ((y + pad.top) * this.paddedWidth + pad.left) * inChannels * this.stride;
  }

  private outputFloats(): number {
    const {outHeight, outWidth, outChannels} = this.geometry;
    return outHeight * outWidth * outChannels;
  }
}

function paddedWidth({inWidth, pad}: ConvGeometry): number {
  return inWidth + pad.left + pad.right;
}

/** Address of `[rows]`: how many input rows after the first one of its pixel a row of the topology finds its input. */
function rowPlaces(frame: Frame, topology: Topology, geometry: ConvGeometry): number {
  return frame.index(topology, `rowPlaces/${layoutKey(geometry)}`, () => makeRowPlaces(topology, geometry));
}

/** Address of `[nnz]`: the same for each entry of the transposed index. */
function entryPlaces(frame: Frame, topology: Topology, geometry: ConvGeometry): number {
  return frame.index(topology, `entryPlaces/${layoutKey(geometry)}`, () => {
    const places = makeRowPlaces(topology, geometry);
    return topology.transposed().rowIdx.map((row) => places[row]);
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
