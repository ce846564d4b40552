import {entryIndex, rowPlaces} from '../../kernels/wasm/convIndex.ts';
import {rowIndex} from '../../kernels/wasm/frame.ts';
import {type TiledIndex, tiledIndex} from '../../kernels/wasm/tiledIndex.ts';
import {floorOf} from '../../kernels/wasm/wasmKernel.ts';
import {borderedWidth} from '../images.ts';
import type {ProductStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {type Context, rangesOf} from './context.ts';
import type {ProductForm} from './productForm.ts';
import {inputPixels, isVector, outputPixels, outputSize} from './window.ts';

/** By an index of the connections. */
export const sparseProduct: ProductForm = {
  /** The values in the order of the transposed index. */
  prepare(context, step) {
    const {topology, kernel} = context.memory.products.get(step)!;
    const {slots} = forwardIndex(context, step);
    return rangesOf(topology.nnz, 1, context.cuts).map(([begin, end]) => [
      {kernel: 'gather', args: [kernel.values.address, slots, kernel.gradient, begin, end]},
    ]);
  },

  forward(context, step, block) {
    const {memory} = context;
    const {topology, kernel, bias} = memory.products.get(step)!;
    const {tiles, ptr, idx} = forwardIndex(context, step);
    const x = inputPixels(context, step, memory.batch.activation(step.input, block), block);
    const y = outputPixels(context, step, memory.batch.activation(step.output, block), block);
    const floor = floorOf(step.isRelu ? 'relu' : 'linear');
    const ends = [topology.cols, block.stride, bias?.values.address ?? 0, floor];
    if (isVector(step)) {
      return [{kernel: 'multiplyTiles', args: [ptr, tiles, idx, kernel.gradient, x[0], y[0], ...ends]}];
    }
    const size = outputSize(step);
    return [{kernel: 'convolve', args: [ptr, idx, kernel.gradient, ...x, ...y, ...size, 0, ...ends, 0]}];
  },

  inputGradient(context, step, block, isWritten) {
    const {memory} = context;
    const {topology, kernel} = memory.products.get(step)!;
    const [ptr, idx] = rowIndex(memory, topology);
    const dx = inputPixels(context, step, memory.batch.gradient(step.input, block), block);
    const dy = outputPixels(context, step, memory.batch.gradient(step.output, block), block);
    const ends = [placesOf(context, step), topology.rows, block.stride, 0, floorOf(), Number(!isWritten)];
    return [{kernel: 'convolve', args: [ptr, idx, kernel.values.address, ...dy, ...dx, ...outputSize(step), ...ends]}];
  },

  kernelGradient(context, step) {
    const {memory, blocks, cuts} = context;
    const {topology, kernel} = memory.products.get(step)!;
    const [ptr, idx] = rowIndex(memory, topology);
    const places = placesOf(context, step);
    return rowRanges(topology.rowPtr, cuts).map(([first, last]) => {
      const [begin, end] = [topology.rowPtr[first], topology.rowPtr[last]];
      return [
        {kernel: 'clear', args: [kernel.gradient + 4 * begin, end - begin]},
        ...blocks.map((block): Call => {
          const x = inputPixels(context, step, memory.batch.activation(step.input, block), block);
          const dz = outputPixels(context, step, memory.batch.gradient(step.output, block), block);
          const args = [ptr, idx, ...x, places, ...dz, ...outputSize(step), kernel.gradient, first, last, block.stride];
          return {kernel: 'addConvolutionDots', args};
        }),
      ];
    });
  },
};

/** The transposed index, in tiles for a vector of inputs, with the places of the inputs of a pixel for an image. */
function forwardIndex({memory, plan}: Context, step: ProductStep): TiledIndex {
  const {topology} = memory.products.get(step)!;
  if (isVector(step)) return tiledIndex(memory, topology);
  const [ptr, idx, slots] = entryIndex(memory, topology, step.window, borderedWidth(plan.buffers[step.input]));
  return {tiles: 1, ptr, idx, slots};
}

function placesOf({memory, plan}: Context, step: ProductStep): number {
  const {topology} = memory.products.get(step)!;
  return rowPlaces(memory, topology, step.window, borderedWidth(plan.buffers[step.input]));
}

/** Rows in ranges with about as many connections each. */
function rowRanges(rowPtr: Int32Array, count: number): [number, number][] {
  const rows = rowPtr.length - 1;
  const ranges: [number, number][] = [];
  let first = 0;
  for (let i = 1; i <= count && first < rows; i++) {
    let last = first;
    const share = (rowPtr[rows] * i) / count;
    while (last < rows && (i === count || rowPtr[last + 1] <= share)) last++;
    if (last > first) ranges.push([first, last]);
    first = last;
  }
  return ranges;
}
