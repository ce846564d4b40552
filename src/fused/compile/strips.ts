import type {Block} from '../../kernels/wasm/blocks.ts';
import {borderedWidth, rowsOf} from '../images.ts';
import {type HaloStep, hasHalo, type Plan, type ProductStep, type RelayoutStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {reachesOver} from '../windows.ts';
import {type BegunGradients, bytes, type Context, type ProgramBuilder, pixelAddress} from './context.ts';

export function haloForward(context: Context, {buffer}: HaloStep, program: ProgramBuilder): void {
  program.forEachBlock((block) => {
    const args = haloArgs(context, buffer, context.batch.activation(buffer, block), block);
    return [{kernel: 'fillHalo', args}];
  });
}

/** Brings what a convolution has added to the gradient of a border to where it belongs. */
export function foldedHalo(context: Context, step: ProductStep, block: Block): Call[] {
  const {input} = step;
  if (!reachesOver(step) || !hasHalo(context.plan.buffers[input])) return [];
  return [{kernel: 'foldHalo', args: haloArgs(context, input, context.batch.gradient(input, block), block)}];
}

function haloArgs({plan}: Context, buffer: number, address: number, block: Block): number[] {
  const image = plan.buffers[buffer];
  const {height, channels, border, strips} = image;
  return [address, bytes(borderedWidth(image) * channels, block), height, border.top, border.bottom, strips];
}

export function relayoutForward({batch, plan}: Context, step: RelayoutStep, program: ProgramBuilder): void {
  const {input, output} = step;
  program.forEachBlock((block) => {
    const [from, to] = [batch.activation(input, block), batch.activation(output, block)];
    return [
      {kernel: 'clear', args: [to, rowsOf(plan.buffers[output]) * block.stride]},
      addedStrips(plan, step, [input, from], [output, to], block),
    ];
  });
}

export function relayoutBackward(
  {batch, plan}: Context,
  step: RelayoutStep,
  begun: BegunGradients,
  program: ProgramBuilder,
): void {
  const {input, output} = step;
  if (!plan.buffers[input].hasGradient) return;
  const isFirst = begun.begin(input);
  program.forEachBlock((block) => {
    const [from, to] = [batch.gradient(output, block), batch.gradient(input, block)];
    const add = addedStrips(plan, step, [output, from], [input, to], block);
    if (!isFirst) return [add];
    return [{kernel: 'clear', args: [to, rowsOf(plan.buffers[input]) * block.stride]}, add];
  });
}

/** @param from  a buffer, and the address of its activations or their gradient; to likewise */
function addedStrips(
  {buffers, strips}: Plan,
  {input, output, top, rows, advance}: RelayoutStep,
  from: readonly [buffer: number, address: number],
  to: readonly [buffer: number, address: number],
  block: Block,
): Call {
  const {width, channels, height} = buffers[buffers[input].strips > 1 ? input : output];
  // Address of the first pixel; bytes to the next row, to the next strip and to the next image.
  const places = ([buffer, address]: readonly [number, number]) => {
    const image = buffers[buffer];
    const row = bytes(borderedWidth(image) * channels, block);
    const isSplit = image.strips > 1;
    const first = pixelAddress(address, image, isSplit ? 0 : top, 0, block);
    return isSplit ? [first, row, 4, 4 * strips] : [first, row, advance * row, 4];
  };
  const sizes = [height, advance, rows, width * channels, strips, block.count / strips];
  return {kernel: 'addStrips', args: [...places(from), ...places(to), ...sizes]};
}
