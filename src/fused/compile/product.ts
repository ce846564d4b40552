import type {Block} from '../../kernels/wasm/blocks.ts';
import {entryIndex, rowPlaces} from '../../kernels/wasm/convIndex.ts';
import {rowIndex} from '../../kernels/wasm/frame.ts';
import {type TiledIndex, tiledIndex} from '../../kernels/wasm/tiledIndex.ts';
import {floorOf} from '../../kernels/wasm/wasmKernel.ts';
import {ACTIVATIONS} from '../activations.ts';
import {borderedWidth, rowsOf, segmentsOf} from '../images.ts';
import type {ProductStep} from '../plan.ts';
import type {Call, Phase} from '../program.ts';
import {type BegunGradients, bytes, type Context, type ProgramBuilder, pixelAddress, rangesOf} from './context.ts';
import {activationGradientCalls} from './elementwise.ts';

/** The values in the order of the transposed index, for the forward product. */
export function productGather({memory, plan, cuts}: Context, step: ProductStep): Phase {
  const {topology, kernel} = memory.products.get(step)!;
  const {slots} = forwardIndex({memory, plan}, step);
  return rangesOf(topology.nnz, 1, cuts).map(([begin, end]) => [
    {kernel: 'gather', args: [kernel.values.address, slots, kernel.gradient, begin, end]},
  ]);
}

export function productForward(context: Context, step: ProductStep, program: ProgramBuilder): void {
  const {memory} = context;
  const {topology, kernel, bias} = memory.products.get(step)!;
  const {tiles, ptr, idx} = forwardIndex(context, step);
  const biasAddress = bias?.values.address ?? 0;
  const floor = floorOf(step.isRelu ? 'relu' : 'linear');
  program.forEachBlock((block) => {
    const x = inputPixels(context, step, memory.batch.activation(step.input, block), block);
    const y = outputPixels(context, step, memory.batch.activation(step.output, block), block);
    const ends = [topology.cols, block.stride, biasAddress, floor];
    if (isVector(step)) {
      return [{kernel: 'multiplyTiles', args: [ptr, tiles, idx, kernel.gradient, x[0], y[0], ...ends]}];
    }
    return [{kernel: 'convolve', args: [ptr, idx, kernel.gradient, ...x, ...y, ...size(step), ...ends]}];
  });
}

export function productBackward(
  context: Context,
  step: ProductStep,
  begun: BegunGradients,
  program: ProgramBuilder,
): void {
  if (step.isRelu) {
    program.forEachBlock((block) => activationGradientCalls(context, step.output, ACTIVATIONS.relu, 0, block));
  }
  const {memory, plan} = context;
  const input = plan.buffers[step.input];
  if (!input.hasGradient) return;
  const {topology, kernel} = memory.products.get(step)!;
  const [ptr, idx] = rowIndex(memory, topology);
  const places = rowPlaces(memory, topology, step.window, borderedWidth(input));
  const isFirst = begun.begin(step.input);
  program.forEachBlock((block) => {
    const gradient = memory.batch.gradient(step.input, block);
    const dx = inputPixels(context, step, gradient, block);
    const dy = outputPixels(context, step, memory.batch.gradient(step.output, block), block);
    const values = kernel.values.address;
    if (isFirst && isPointwise(step)) {
      const args = [ptr, idx, values, ...dy, ...dx, ...size(step), topology.rows, block.stride, 0, floorOf()];
      return [{kernel: 'convolve', args}];
    }
    const args = [ptr, idx, values, ...dx, ...dy, ...size(step), places, topology.rows, block.stride];
    const add: Call = {kernel: 'addTransposedConvolution', args};
    return isFirst ? [{kernel: 'clear', args: [gradient, rowsOf(input) * block.stride]}, add] : [add];
  });
}

/** The gradients of kernel and bias over all blocks. */
export function productGradients(context: Context, step: ProductStep): Phase {
  const {memory, plan, blocks, cuts} = context;
  const {topology, kernel, bias} = memory.products.get(step)!;
  const [ptr, idx] = rowIndex(memory, topology);
  const places = rowPlaces(memory, topology, step.window, borderedWidth(plan.buffers[step.input]));
  const parts: Call[][] = [];
  if (kernel.isTrained) {
    for (const [first, last] of rowRanges(topology.rowPtr, cuts)) {
      const [begin, end] = [topology.rowPtr[first], topology.rowPtr[last]];
      parts.push([
        {kernel: 'clear', args: [kernel.gradient + 4 * begin, end - begin]},
        ...blocks.map((block): Call => {
          const x = inputPixels(context, step, memory.batch.activation(step.input, block), block);
          const dz = outputPixels(context, step, memory.batch.gradient(step.output, block), block);
          const args = [ptr, idx, ...x, places, ...dz, ...size(step), kernel.gradient, first, last, block.stride];
          return {kernel: 'addConvolutionDots', args};
        }),
      ]);
    }
  }
  if (bias?.isTrained) {
    const output = plan.buffers[step.output];
    parts.push([
      {kernel: 'clear', args: [bias.gradient, topology.cols]},
      ...blocks.flatMap((block) =>
        segmentsOf(output).map(({starts: [start], pixels}): Call => {
          const dz = memory.batch.gradient(step.output, block) + bytes(start, block);
          return {kernel: 'addChannelSums', args: [dz, pixels, topology.cols, block.stride, bias.gradient]};
        }),
      ),
    ]);
  }
  return parts;
}

/** The transposed index, in tiles for a vector of inputs, with the places of the inputs of a pixel for an image. */
function forwardIndex({memory, plan}: Pick<Context, 'memory' | 'plan'>, step: ProductStep): TiledIndex {
  const {topology} = memory.products.get(step)!;
  if (isVector(step)) return tiledIndex(memory, topology);
  const [ptr, idx, slots] = entryIndex(memory, topology, step.window, borderedWidth(plan.buffers[step.input]));
  return {tiles: 1, ptr, idx, slots};
}

/** True if input and output are one pixel; around an image of one pixel there may be zeros. */
function isVector({window}: ProductStep): boolean {
  const {inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, pad} = window;
  const isPadded = pad.top + pad.bottom + pad.left + pad.right > 0;
  return !isPadded && inHeight * inWidth * outHeight * outWidth * kernelHeight * kernelWidth === 1;
}

/** True if each pixel of the input goes to one of the output. */
function isPointwise({window: {kernelHeight, kernelWidth, strides}}: ProductStep): boolean {
  return kernelHeight * kernelWidth * strides[0] * strides[1] === 1;
}

/** Address of what the first output pixel sees of the input; bytes from there to what the next row, and pixel, sees. */
function inputPixels({plan}: Context, {input, window}: ProductStep, address: number, block: Block): number[] {
  const buffer = plan.buffers[input];
  const {strides, pad, inChannels} = window;
  const pixel = bytes(inChannels, block);
  return [
    pixelAddress(address, buffer, -pad.top, -pad.left, block),
    strides[0] * borderedWidth(buffer) * pixel,
    strides[1] * pixel,
  ];
}

/** Address of the first output pixel; bytes to the next row, and pixel. */
function outputPixels({plan}: Context, {output, window}: ProductStep, address: number, block: Block): number[] {
  const buffer = plan.buffers[output];
  const pixel = bytes(window.outChannels, block);
  return [pixelAddress(address, buffer, 0, 0, block), borderedWidth(buffer) * pixel, pixel];
}

function size({window: {outHeight, outWidth}}: ProductStep): number[] {
  return [outHeight, outWidth];
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
