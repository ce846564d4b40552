import type {Block} from '../../kernels/wasm/blocks.ts';
import {borderedWidth, rowsOf} from '../images.ts';
import type {HaloStep, RelayoutStep} from '../plan.ts';
import {bytes, type Context, type ProgramBuilder, pixelAddress} from './context.ts';

/** Samples of a block in a buffer: strips, or whole images. */
export function samplesIn({plan}: Context, buffer: number, {count}: Block): number {
  return (count / plan.strips) * plan.buffers[buffer].strips;
}

export function haloForward({batch, plan}: Context, {buffer}: HaloStep, program: ProgramBuilder): void {
  const image = plan.buffers[buffer];
  const {height, channels, border} = image;
  program.forEachBlock((block) => {
    const row = bytes(borderedWidth(image) * channels, block);
    const args = [batch.activation(buffer, block), row, height, border.top, border.bottom, plan.strips];
    return [{kernel: 'fillHalo', args}];
  });
}

export function relayoutForward({batch, plan}: Context, step: RelayoutStep, program: ProgramBuilder): void {
  const {strips} = plan;
  const {input, output, top, rows, advance} = step;
  const {width, channels, height} = plan.buffers[plan.buffers[input].strips > 1 ? input : output];
  program.forEachBlock((block) => {
    // Address of the first pixel; bytes to the next row, to the next strip and to the next image.
    const places = (buffer: number) => {
      const image = plan.buffers[buffer];
      const row = bytes(borderedWidth(image) * channels, block);
      const isSplit = image.strips > 1;
      const first = pixelAddress(batch.activation(buffer, block), image, isSplit ? 0 : top, 0, block);
      return isSplit ? [first, row, 4, 4 * strips] : [first, row, advance * row, 4];
    };
    const sizes = [height, advance, rows, width * channels, strips, block.count / strips];
    return [
      {kernel: 'clear', args: [batch.activation(output, block), rowsOf(plan.buffers[output]) * block.stride]},
      {kernel: 'moveStrips', args: [...places(input), ...places(output), ...sizes]},
    ];
  });
}
