import type {Block} from '../../kernels/wasm/blocks.ts';
import {borderedWidth, rowsOf} from '../images.ts';
import type {PoolStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {type BegunGradients, bytes, type Context, type ProgramBuilder, pixelAddress} from './context.ts';

export function poolForward(context: Context, step: PoolStep, program: ProgramBuilder): void {
  const {batch, plan} = context;
  program.forEachBlock((block) => {
    const x = batch.activation(step.input, block);
    const y = pixelAddress(batch.activation(step.output, block), plan.buffers[step.output], 0, 0, block);
    return [
      {kernel: step.pool === 'average' ? 'averagePool' : 'maxPool', args: [x, y, ...windowArgs(context, step, block)]},
    ];
  });
}

export function poolBackward(context: Context, step: PoolStep, begun: BegunGradients, program: ProgramBuilder): void {
  const {batch, plan} = context;
  const input = plan.buffers[step.input];
  if (!input.hasGradient) return;
  const isFirst = begun.begin(step.input);
  program.forEachBlock((block) => {
    const output = plan.buffers[step.output];
    const at = (address: number) => pixelAddress(address, output, 0, 0, block);
    const dx = batch.gradient(step.input, block);
    const dy = at(batch.gradient(step.output, block));
    const [x, y] = [batch.activation(step.input, block), at(batch.activation(step.output, block))];
    const window = windowArgs(context, step, block);
    const add: Call =
      step.pool === 'average'
        ? {kernel: 'averagePoolGradient', args: [dx, dy, ...window]}
        : {kernel: step.pool === 'max' ? 'maxPoolGradient' : 'maxGradient', args: [x, dx, y, dy, ...window]};
    return isFirst ? [{kernel: 'clear', args: [dx, rowsOf(input) * block.stride]}, add] : [add];
  });
}

function windowArgs({plan}: Context, {output, window}: PoolStep, block: Block): number[] {
  const {inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, strides, pad, outChannels} = window;
  const yRow = bytes(borderedWidth(plan.buffers[output]) * outChannels, block);
  const sizes = [inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth];
  return [yRow, ...sizes, ...strides, pad.top, pad.left, outChannels * block.stride];
}
