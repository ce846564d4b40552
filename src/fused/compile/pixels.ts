import type {Block} from '../../kernels/wasm/blocks.ts';
import {borderedWidth, rowsOf} from '../images.ts';
import type {ProductStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {isPointwise} from '../windows.ts';
import {bytes, type Context, pixelAddress} from './context.ts';

/** Address of a pixel; bytes from there to the next row, and pixel. */
export type Pixels = [address: number, row: number, pixel: number];

/** Address of what the first output pixel sees of the input; bytes from there to what the next row, and pixel, sees. */
export function inputPixels({plan}: Context, {input, window}: ProductStep, address: number, block: Block): Pixels {
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
export function outputPixels({plan}: Context, {output, window}: ProductStep, address: number, block: Block): Pixels {
  const buffer = plan.buffers[output];
  const pixel = bytes(window.outChannels, block);
  return [pixelAddress(address, buffer, 0, 0, block), borderedWidth(buffer) * pixel, pixel];
}

/** Makes the gradient of the input 0 before something is added, where nothing has been yet; the first of a pointwise layer is written. */
export function clearedGradient({batch, plan}: Context, step: ProductStep, block: Block, isFirst: boolean): Call[] {
  if (!isFirst || isPointwise(step)) return [];
  const floats = rowsOf(plan.buffers[step.input]) * block.stride;
  return [{kernel: 'clear', args: [batch.gradient(step.input, block), floats]}];
}

/** Height and width of the output. */
export function outputSize({window: {outHeight, outWidth}}: ProductStep): [height: number, width: number] {
  return [outHeight, outWidth];
}
