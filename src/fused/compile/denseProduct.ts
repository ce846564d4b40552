import {floorOf} from '../../kernels/wasm/wasmKernel.ts';
import {borderedWidth} from '../images.ts';
import type {ProductStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {isPointwise, isVector} from '../windows.ts';
import {bytes, type Context, rangesOf} from './context.ts';
import {clearedGradient, inputPixels, outputPixels, outputSize} from './pixels.ts';
import type {ProductForm} from './productForm.ts';
import {foldedHalo} from './strips.ts';

/** Rows of a kernel whose inputs lie one after the other, at each output pixel. */
interface Tap {
  readonly firstRow: number;
  readonly rows: number;
  /** Rows of samples from the first input of the pixel to the first of these. */
  readonly place: number;
}

/** By tiles of the whole kernel, for a layer that has all its connections. */
export const denseProduct: ProductForm = {
  /** The kernel transposed. */
  prepare({memory, cuts}, step) {
    const {topology, kernel} = memory.products.get(step.layer)!;
    const {rows, cols} = topology;
    return rangesOf(cols, 16, cuts).map(([begin, end]) => {
      const [from, to] = [kernel.values.address + 4 * begin, kernel.gradient + 4 * begin * rows];
      return [{kernel: 'loadBlock', args: [from, cols, rows, end - begin, to, rows]}];
    });
  },

  forward(context, step, block) {
    const {memory, batch} = context;
    const {topology, kernel, bias} = memory.products.get(step.layer)!;
    const {rows, cols} = topology;
    const [x, ...xSteps] = inputPixels(context, step, batch.activation(step.input, block), block);
    const y = outputPixels(context, step, batch.activation(step.output, block), block);
    const taps = tapsOf(context, step);
    return taps.map((tap, i): Call => {
      const isLast = i + 1 === taps.length;
      const floor = floorOf(step.isRelu && isLast ? 'relu' : 'linear');
      const from = [x + bytes(tap.place, block), ...xSteps];
      const ends = [cols, tap.rows, block.stride, bias?.values.address ?? 0, floor, Number(i > 0)];
      return {
        kernel: 'multiplyDense',
        args: [kernel.gradient + 4 * tap.firstRow, rows, ...from, ...y, ...outputSize(step), ...ends],
      };
    });
  },

  inputGradient(context, step, block, isFirst) {
    const {memory, batch} = context;
    const {topology, kernel} = memory.products.get(step.layer)!;
    const {cols} = topology;
    const [dx, ...dxSteps] = inputPixels(context, step, batch.gradient(step.input, block), block);
    const dy = outputPixels(context, step, batch.gradient(step.output, block), block);
    const isAdded = !isFirst || !isPointwise(step);
    const products = tapsOf(context, step).map((tap): Call => {
      const values = kernel.values.address + 4 * tap.firstRow * cols;
      const to = [dx + bytes(tap.place, block), ...dxSteps];
      const ends = [tap.rows, cols, block.stride, 0, floorOf(), Number(isAdded)];
      return {kernel: 'multiplyDense', args: [values, cols, ...dy, ...to, ...outputSize(step), ...ends]};
    });
    return [...clearedGradient(context, step, block, isFirst), ...products, ...foldedHalo(context, step, block)];
  },

  kernelGradient(context, step) {
    const {memory, cuts} = context;
    const {topology, kernel} = memory.products.get(step.layer)!;
    const {cols} = topology;
    const operands = gradientOperands(context, step);
    const taps = tapsOf(context, step);
    // Pairs of rows go through together.
    return rangesOf(taps[0].rows, 2, cuts).map(([begin, end]) =>
      taps.flatMap(({firstRow, place}): Call[] => {
        const out = kernel.gradient + 4 * firstRow * cols;
        return operands.map(({x: [x, ...xSteps], dz, size, stride}, i): Call => {
          const from = [x + 4 * place * stride, ...xSteps];
          return {kernel: 'denseDots', args: [...from, ...dz, ...size, out, begin, end, cols, stride, Number(i > 0)]};
        });
      }),
    );
  },
};

/** What the gradient of the kernel is a product of: of a vector, all full blocks are as pixels of one image. */
function gradientOperands(context: Context, step: ProductStep) {
  const {batch, blocks} = context;
  const operands = blocks.map((block) => ({
    x: inputPixels(context, step, batch.activation(step.input, block), block),
    dz: outputPixels(context, step, batch.gradient(step.output, block), block),
    size: outputSize(step),
    stride: block.stride,
  }));
  if (!isVector(step)) return operands;
  const [first] = operands;
  const full = operands.filter(({stride}) => stride === first.stride);
  return [{...first, size: [1, full.length] as [number, number]}, ...operands.slice(full.length)];
}

/** A row of the kernel's pixels each; of a dilated kernel, a pixel. */
function tapsOf({plan}: Context, {input, window}: ProductStep): Tap[] {
  const {kernelHeight, kernelWidth, inChannels, dilations} = window;
  const width = borderedWidth(plan.buffers[input]);
  const perRow = dilations[1] === 1 ? 1 : kernelWidth;
  const rows = (kernelWidth / perRow) * inChannels;
  return Array.from({length: kernelHeight * perRow}, (_, i) => {
    const [y, x] = [Math.floor(i / perRow), i % perRow];
    return {firstRow: i * rows, rows, place: (y * dilations[0] * width + x * dilations[1]) * inChannels};
  });
}
