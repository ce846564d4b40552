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
