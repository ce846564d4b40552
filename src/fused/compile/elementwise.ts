import type {Block} from '../../kernels/wasm/blocks.ts';
import {ACTIVATIONS} from '../activations.ts';
import {rowsOf, segmentsOf} from '../images.ts';
import type {ActivationStep, DropoutStep, SumStep} from '../plan.ts';
import type {Call} from '../program.ts';
import {type BegunGradients, bytes, type Context, type ProgramBuilder} from './context.ts';

export function activationForward({batch, plan}: Context, step: ActivationStep, program: ProgramBuilder): void {
  const {buffer, activation, alpha} = step;
  program.forEachBlock((block) =>
    segmentsOf(plan.buffers[buffer]).map(({starts: [start], rows}): Call => {
      const y = batch.activation(buffer, block) + bytes(start, block);
      return {kernel: 'activate', args: [y, rows * block.stride, ACTIVATIONS[activation], alpha]};
    }),
  );
}

export function activationBackward(context: Context, step: ActivationStep, program: ProgramBuilder): void {
  const {buffer, activation, alpha} = step;
  if (!context.plan.buffers[buffer].hasGradient) return;
  program.forEachBlock((block) => activationGradientCalls(context, buffer, ACTIVATIONS[activation], alpha, block));
}

/** The gradient of a buffer before an activation that was applied to it in place. */
export function activationGradientCalls(
  {batch, plan}: Context,
  buffer: number,
  kind: number,
  alpha: number,
  block: Block,
): Call[] {
  return segmentsOf(plan.buffers[buffer]).map(({starts: [start], rows}) => {
    const dy = batch.gradient(buffer, block) + bytes(start, block);
    const y = batch.activation(buffer, block) + bytes(start, block);
    return {kernel: 'activationGradient', args: [dy, y, rows * block.stride, kind, alpha]};
  });
}

/** Masks have the border of their buffer, which stays 0 under them. */
export function dropoutForward(
  {memory, batch, plan}: Context,
  step: DropoutStep,
  index: number,
  program: ProgramBuilder,
): void {
  const {buffer, rate} = step;
  program.forEachBlock((block) => {
    const mask = batch.mask(index, buffer, block);
    const floats = rowsOf(plan.buffers[buffer]) * block.stride;
    const salt = step.salt * 65536 + block.begin;
    return [
      {kernel: 'dropoutMask', args: [mask, floats, rate, memory.seed, salt]},
      {kernel: 'multiplyBy', args: [batch.activation(buffer, block), mask, floats]},
    ];
  });
}

export function dropoutBackward(
  {batch, plan}: Context,
  step: DropoutStep,
  index: number,
  program: ProgramBuilder,
): void {
  const {buffer} = step;
  if (!plan.buffers[buffer].hasGradient) return;
  program.forEachBlock((block) => {
    const mask = batch.mask(index, buffer, block);
    const floats = rowsOf(plan.buffers[buffer]) * block.stride;
    return [{kernel: 'multiplyBy', args: [batch.gradient(buffer, block), mask, floats]}];
  });
}

export function sumForward({batch, plan}: Context, {inputs, output}: SumStep, program: ProgramBuilder): void {
  program.forEachBlock((block) => {
    const target = batch.activation(output, block);
    return inputs.flatMap((input, i) =>
      segmentsOf(plan.buffers[input], plan.buffers[output]).map(({starts: [from, to], rows}): Call => {
        const source = batch.activation(input, block) + bytes(from, block);
        const args = [target + bytes(to, block), source, rows * block.stride];
        return {kernel: i === 0 ? 'copy' : 'addTo', args};
      }),
    );
  });
}

export function sumBackward(
  {batch, plan}: Context,
  {inputs, output}: SumStep,
  begun: BegunGradients,
  program: ProgramBuilder,
): void {
  for (const input of inputs) {
    if (!plan.buffers[input].hasGradient) continue;
    const isFirst = begun.begin(input);
    program.forEachBlock((block) => {
      const target = batch.gradient(input, block);
      const source = batch.gradient(output, block);
      return segmentsOf(plan.buffers[input], plan.buffers[output]).map(({starts: [to, from], rows}): Call => {
        const args = [target + bytes(to, block), source + bytes(from, block), rows * block.stride];
        return {kernel: isFirst ? 'copy' : 'addTo', args};
      });
    });
  }
}
