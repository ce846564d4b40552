import type {ConvGeometry} from '../../ops/convGeometry.ts';
import type {Topology} from '../../topology/topology.ts';
import {columnIndex, indexOn} from './frame.ts';
import type {Heap} from './heap.ts';

/** What of a convolution's geometry its index depends on. */
type Kernel = Pick<ConvGeometry, 'kernelHeight' | 'kernelWidth' | 'inChannels' | 'dilations'>;

interface OnHeap {
  readonly heap: Heap;
}

/**
 * Address of `[rows]`: how many input rows after the first one of its pixel a row of the topology finds its input; 0 for a
 * kernel of one pixel, where they are in order.
 *
 * @param width  pixels in a row of the input, its border included
 */
export function rowPlaces({heap}: OnHeap, topology: Topology, kernel: Kernel, width: number): number {
  if (isOnePixel(kernel)) return 0;
  const make = () => [makeRowPlaces(topology, kernel, width)];
  return indexOn(heap, topology, `rowPlaces/${layoutKey(kernel, width)}`, make)[0];
}

/** The transposed index with the places of the inputs for their rows: `[colPtr, places, slots]`. */
export function entryIndex({heap}: OnHeap, topology: Topology, kernel: Kernel, width: number): readonly number[] {
  if (isOnePixel(kernel)) return columnIndex({heap}, topology);
  return indexOn(heap, topology, `entries/${layoutKey(kernel, width)}`, () => {
    const {colPtr, rowIdx, slots} = topology.transposed();
    const places = makeRowPlaces(topology, kernel, width);
    return [colPtr, rowIdx.map((row) => places[row]), slots];
  });
}

/**
 * The connections by the input channel that they come from, with the place of each one's output in the window of a pixel of the
 * input's gradient: `[ptr, places, slots]`, ptr `[inChannels + 1]`. For a convolution of stride 1.
 *
 * @param width  pixels in a row of the output's gradient, its border included
 */
export function gatherIndex({heap}: OnHeap, topology: Topology, kernel: Kernel, width: number): readonly number[] {
  return indexOn(heap, topology, `gathered/${layoutKey(kernel, width)}`, () => {
    const {rowPtr, colIdx, rows, cols, nnz} = topology;
    const {inChannels, kernelWidth, kernelHeight, dilations} = kernel;
    const pixels = kernelHeight * kernelWidth;
    const [ptr, places, slots] = [new Int32Array(inChannels + 1), new Int32Array(nnz), new Int32Array(nnz)];
    for (let channel = 0, at = 0; channel < inChannels; channel++) {
      // Rows go by kernel pixel and then by channel; the window of the gradient has the pixels the other way round.
      for (let row = channel, pixel = pixels - 1; row < rows; row += inChannels, pixel--) {
        const [y, x] = [Math.floor(pixel / kernelWidth) * dilations[0], (pixel % kernelWidth) * dilations[1]];
        for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++, at++) {
          places[at] = (y * width + x) * cols + colIdx[slot];
          slots[at] = slot;
        }
      }
      ptr[channel + 1] = at;
    }
    return [ptr, places, slots];
  });
}

function isOnePixel({kernelHeight, kernelWidth}: Kernel): boolean {
  return kernelHeight === 1 && kernelWidth === 1;
}

function makeRowPlaces({rows}: Topology, {kernelWidth, inChannels, dilations}: Kernel, width: number): Int32Array {
  return Int32Array.from({length: rows}, (_, row) => {
    const channel = row % inChannels;
    const offset = (row - channel) / inChannels;
    const kernelX = offset % kernelWidth;
    const kernelY = (offset - kernelX) / kernelWidth;
    return (kernelY * dilations[0] * width + kernelX * dilations[1]) * inChannels + channel;
  });
}

/** Everything that the places depend on besides the topology. */
function layoutKey({dilations}: Kernel, width: number): string {
  return `${width}/${dilations}`;
}
