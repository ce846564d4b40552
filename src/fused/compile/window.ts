import type {Block} from '../../kernels/wasm/blocks.ts';
import {borderedWidth} from '../images.ts';
import type {ProductStep} from '../plan.ts';
import {bytes, type Context, pixelAddress} from './context.ts';

/** True if input and output are one pixel; around an image of one pixel there may be zeros. */
export function isVector({window}: ProductStep): boolean {
  const {inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, pad} = window;
  const isPadded = pad.top + pad.bottom + pad.left + pad.right > 0;
  return !isPadded && inHeight * inWidth * outHeight * outWidth * kernelHeight * kernelWidth === 1;
}

/** True if each pixel of the input goes to one of the output. */
export function isPointwise({window: {kernelHeight, kernelWidth, strides}}: ProductStep): boolean {
  return kernelHeight * kernelWidth * strides[0] * strides[1] === 1;
}

/** Address of what the first output pixel sees of the input; bytes from there to what the next row, and pixel, sees. */
export function inputPixels(
  {plan}: Context,
  {input, window}: ProductStep,
  address: number,
  block: Block,
): [address: number, row: number, pixel: number] {
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
export function outputPixels(
  {plan}: Context,
  {output, window}: ProductStep,
  address: number,
  block: Block,
): [address: number, row: number, pixel: number] {
  const buffer = plan.buffers[output];
  const pixel = bytes(window.outChannels, block);
  return [pixelAddress(address, buffer, 0, 0, block), borderedWidth(buffer) * pixel, pixel];
}

/** Height and width of the output. */
export function outputSize({window: {outHeight, outWidth}}: ProductStep): [height: number, width: number] {
  return [outHeight, outWidth];
}
