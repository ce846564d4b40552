import type {Block} from '../../kernels/wasm/blocks.ts';
import {entryIndex, gatherIndex, rowPlaces} from '../../kernels/wasm/convIndex.ts';
import {rowIndex} from '../../kernels/wasm/frame.ts';
import {type TiledIndex, tiledIndex} from '../../kernels/wasm/tiledIndex.ts';
import {floorOf} from '../../kernels/wasm/wasmKernel.ts';
import {borderedWidth} from '../images.ts';
import {hasHalo, type ProductStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {type Gathering, gatheringOf, isPointwise, isVector} from '../windows.ts';
import {bytes, type Context, pixelAddress, rangesOf} from './context.ts';
import {clearedGradient, inputPixels, outputPixels, outputSize, type Pixels} from './pixels.ts';
import type {ProductForm} from './productForm.ts';
import {foldedHalo} from './strips.ts';

/** By an index of the connections. */
export const sparseProduct: ProductForm = {
  /** The values in the order of the transposed index, and in that in which the input's gradient gathers. */
  prepare(context, step) {
    const {topology, kernel, reordered} = context.memory.products.get(step.layer)!;
    const values = kernel.values.address;
    const orders = [[forwardIndex(context, step).slots, kernel.gradient]];
    const gathering = context.isTraining ? gatheringFor(context, step) : undefined;
    if (gathering) orders.push([gatherIndex(context.memory, topology, step.window, gathering.width)[2], reordered]);
    return rangesOf(topology.nnz, 1, context.cuts).map(([begin, end]) =>
      orders.map(([slots, to]): Call => ({kernel: 'gather', args: [values, slots, to, begin, end]})),
    );
  },

  forward(context, step, block) {
    const {memory, batch} = context;
    const {topology, kernel, bias} = memory.products.get(step.layer)!;
    const {tiles, ptr, idx} = forwardIndex(context, step);
    const x = inputPixels(context, step, batch.activation(step.input, block), block);
    const y = outputPixels(context, step, batch.activation(step.output, block), block);
    const floor = floorOf(step.isRelu ? 'relu' : 'linear');
    const ends = [topology.cols, block.stride, bias?.values.address ?? 0, floor];
    if (isVector(step)) {
      return [{kernel: 'multiplyTiles', args: [ptr, tiles, idx, kernel.gradient, x[0], y[0], ...ends]}];
    }
    const size = outputSize(step);
    return [{kernel: 'convolve', args: [ptr, idx, kernel.gradient, ...x, ...y, ...size, 0, ...ends, 0]}];
  },

  inputGradient(context, step, block, isFirst) {
    const {memory, batch} = context;
    const gathering = gatheringFor(context, step);
    if (gathering) return [gatherCall(context, step, block, gathering, isFirst)];
    const {topology, kernel} = memory.products.get(step.layer)!;
    const [ptr, idx] = rowIndex(memory, topology);
    const dx = inputPixels(context, step, batch.gradient(step.input, block), block);
    const dy = outputPixels(context, step, batch.gradient(step.output, block), block);
    const isAdded = Number(!isFirst || !isPointwise(step));
    const ends = [placesOf(context, step), topology.rows, block.stride, 0, floorOf(), isAdded];
    return [
      ...clearedGradient(context, step, block, isFirst),
      {kernel: 'convolve', args: [ptr, idx, kernel.values.address, ...dy, ...dx, ...outputSize(step), ...ends]},
      ...foldedHalo(context, step, block),
    ];
  },

  kernelGradient(context, step) {
    const {memory, batch, blocks, cuts} = context;
    const {topology, kernel, reordered} = memory.products.get(step.layer)!;
    // Over the rows of the kernel, or its outputs: whichever have more connections each, since what is done once for a row counts.
    const isByOutput = reordered !== 0 && topology.cols < topology.rows;
    const {ptr, slots} = forwardIndex(context, step);
    const colPtr = new Int32Array(memory.heap.memory.buffer, ptr, topology.cols + 1);
    const rowPtr = isByOutput ? colPtr.slice() : topology.rowPtr;
    const out = isByOutput ? reordered : kernel.gradient;
    return rowRanges(rowPtr, cuts).map(([first, last]) => {
      const [begin, end] = [rowPtr[first], rowPtr[last]];
      return [
        {kernel: 'clear', args: [out + 4 * begin, end - begin]},
        ...blocks.map((block): Call => {
          const x = inputPixels(context, step, batch.activation(step.input, block), block);
          const dz = outputPixels(context, step, batch.gradient(step.output, block), block);
          const ends = [...outputSize(step), out, first, last, block.stride];
          return {kernel: 'addConvolutionDots', args: [...dotOperands(context, step, isByOutput, x, dz), ...ends]};
        }),
        ...(isByOutput ? [{kernel: 'scatter' as const, args: [out, slots, kernel.gradient, begin, end]}] : []),
      ];
    });
  },
};

/** The operands of `addConvolutionDots`: rows of x with those of dz, or by output, rows of dz with those of x. */
function dotOperands(context: Context, step: ProductStep, isByOutput: boolean, x: Pixels, dz: Pixels): number[] {
  const {topology} = context.memory.products.get(step.layer)!;
  if (!isByOutput) {
    const [ptr, idx] = rowIndex(context.memory, topology);
    return [ptr, idx, ...x, placesOf(context, step), ...dz];
  }
  const {ptr, idx} = forwardIndex(context, step);
  return [ptr, idx, ...dz, 0, ...x];
}

/** How the gradient of the input is gathered, where there is one and room for the values in that order. */
function gatheringFor({memory, plan}: Context, step: ProductStep): Gathering | undefined {
  const isGathered = plan.buffers[step.input].hasGradient && memory.products.get(step.layer)!.reordered !== 0;
  return isGathered ? gatheringOf(step) : undefined;
}

function gatherCall(
  context: Context,
  step: ProductStep,
  block: Block,
  {width, reach, top, left}: Gathering,
  isFirst: boolean,
): Call {
  const {memory, batch, plan} = context;
  const {topology, reordered} = memory.products.get(step.layer)!;
  const {inHeight, inWidth, inChannels, outHeight, outWidth, outChannels} = step.window;
  const [ptr, idx] = gatherIndex(memory, topology, step.window, width);
  const dy = outputPixels(context, step, batch.gradient(step.output, block), block);
  const input = plan.buffers[step.input];
  const dx = pixelAddress(batch.gradient(step.input, block), input, 0, 0, block);
  const pixel = bytes(outChannels, block);
  return {
    kernel: 'gatherGradient',
    args: [
      ...[ptr, idx, reordered, ...dy, outHeight, outWidth * pixel],
      ...[batch.copy(block), width * pixel, reach, top, left * pixel],
      ...[dx, bytes(borderedWidth(input) * inChannels, block), bytes(inChannels, block), inHeight, inWidth],
      ...[inChannels, block.stride, Number(!isFirst), hasHalo(input) ? input.strips : 1],
    ],
  };
}

/** The transposed index, in tiles for a vector of inputs, with the places of the inputs of a pixel for an image. */
function forwardIndex({memory, plan}: Context, step: ProductStep): TiledIndex {
  const {topology} = memory.products.get(step.layer)!;
  if (isVector(step)) return tiledIndex(memory, topology);
  const [ptr, idx, slots] = entryIndex(memory, topology, step.window, borderedWidth(plan.buffers[step.input]));
  return {tiles: 1, ptr, idx, slots};
}

function placesOf({memory, plan}: Context, step: ProductStep): number {
  const {topology} = memory.products.get(step.layer)!;
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
