import {ACTIVATIONS} from '../activations.ts';
import {segmentsOf} from '../images.ts';
import type {ProductStep} from '../plan.ts';
import type {Call, Phase} from '../program.ts';
import {type BegunGradients, bytes, type Context, type ProgramBuilder} from './context.ts';
import {denseProduct} from './denseProduct.ts';
import {activationGradientCalls} from './elementwise.ts';
import type {ProductForm} from './productForm.ts';
import {sparseProduct} from './sparseProduct.ts';

/** What the forward product needs of the values. */
export function productPrepare(context: Context, step: ProductStep): Phase {
  return formOf(context, step).prepare(context, step);
}

export function productForward(context: Context, step: ProductStep, program: ProgramBuilder): void {
  const form = formOf(context, step);
  program.forEachBlock((block) => form.forward(context, step, block));
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
  if (!context.plan.buffers[step.input].hasGradient) return;
  const form = formOf(context, step);
  const isFirst = begun.begin(step.input);
  program.forEachBlock((block) => form.inputGradient(context, step, block, isFirst));
}

/** The gradients of kernel and bias over all blocks. */
export function productGradients(context: Context, step: ProductStep): Phase {
  const {memory, batch, plan, blocks} = context;
  const {topology, kernel, bias} = memory.products.get(step.layer)!;
  const parts = kernel.isTrained ? [...formOf(context, step).kernelGradient(context, step)] : [];
  if (bias?.isTrained) {
    const output = plan.buffers[step.output];
    parts.push([
      {kernel: 'clear', args: [bias.gradient, topology.cols]},
      ...blocks.flatMap((block) =>
        segmentsOf(output).map(({starts: [start], pixels}): Call => {
          const dz = batch.gradient(step.output, block) + bytes(start, block);
          return {kernel: 'addChannelSums', args: [dz, pixels, topology.cols, block.stride, bias.gradient]};
        }),
      ),
    ]);
  }
  return parts;
}

function formOf({memory}: Context, step: ProductStep): ProductForm {
  const {nnz, size} = memory.products.get(step.layer)!.topology;
  return nnz === size ? denseProduct : sparseProduct;
}
