import {type Block, blocksOf} from '../../kernels/wasm/blocks.ts';
import {featuresOf, segmentsOf} from '../images.ts';
import type {PlanMemory} from '../memory.ts';
import type {OptimizerPlan} from '../optimizers.ts';
import type {Parameter} from '../parameter.ts';
import {type Plan, productsOf, samplesIn} from '../plan.ts';
import type {Call, Phase, Program} from '../program.ts';
import {BegunGradients, bytes, type Context, ProgramBuilder, rangesOf} from './context.ts';
import {
  activationBackward,
  activationForward,
  dropoutBackward,
  dropoutForward,
  sumBackward,
  sumForward,
} from './elementwise.ts';
import {movingStatistics, normalizationBackward, normalizationForward} from './normalization.ts';
import {poolBackward, poolForward} from './pool.ts';
import {productBackward, productForward, productGradients, productPrepare} from './product.ts';
import {haloForward, relayoutBackward, relayoutForward} from './strips.ts';

/** Turns a plan into calls of the loops on a memory that fits the batch. */
export function contextOf(
  plan: Plan,
  memory: PlanMemory,
  samples: number,
  threads: number,
  isTraining: boolean,
): Context {
  // Twice as many parts as threads, so that one that is held up does fewer.
  const cuts = threads === 1 ? 1 : 2 * threads;
  return {
    plan,
    memory,
    batch: memory.batchOf(plan),
    blocks: blocksOf(samples * plan.strips, plan.block),
    cuts,
    isTraining,
  };
}

/** What the forward pass needs of the weights: before every training step, and before predictions where they have changed. */
export function prepareProgram(context: Context): Program {
  const {steps} = context.plan;
  return [
    steps.flatMap((step) => {
      if (step.kind === 'product') return productPrepare(context, step);
      return step.kind === 'normalization' && !context.isTraining ? movingStatistics(context, step) : [];
    }),
  ];
}

/** From the input to the output, both batch-major. */
export function forwardProgram(context: Context): Program {
  const {plan, batch, blocks} = context;
  const program = new ProgramBuilder(blocks);
  program.forEachBlock((block) => loadInput(context, block));
  for (const [i, step] of plan.steps.entries()) {
    switch (step.kind) {
      case 'product':
        productForward(context, step, program);
        break;
      case 'normalization':
        normalizationForward(context, step, i, program);
        break;
      case 'pool':
        poolForward(context, step, program);
        break;
      case 'activation':
        activationForward(context, step, program);
        break;
      case 'dropout':
        if (context.isTraining) dropoutForward(context, step, i, program);
        break;
      case 'sum':
        sumForward(context, step, program);
        break;
      case 'halo':
        haloForward(context, step, program);
        break;
      case 'relayout':
        relayoutForward(context, step, program);
    }
  }
  const features = featuresOf(plan.buffers[plan.output]);
  program.forEachBlock((block) => {
    const target = batch.output + 4 * block.begin * features;
    const source = batch.activation(plan.output, block);
    const count = samplesIn(plan, plan.output, block);
    return [{kernel: 'storeBlock', args: [source, block.stride, count, features, target, features]}];
  });
  return program.build();
}

/** From the gradient of the output, batch-major, back through all layers; then the gradients of all weights, then their new values. */
export function backwardProgram(context: Context, optimizer: OptimizerPlan): Program {
  const {plan, memory, batch, blocks} = context;
  const program = new ProgramBuilder(blocks);
  const begun = new BegunGradients();
  const features = featuresOf(plan.buffers[plan.output]);
  begun.begin(plan.output);
  program.forEachBlock((block) => {
    const source = batch.outputGradient + 4 * block.begin * features;
    const target = batch.gradient(plan.output, block);
    const count = samplesIn(plan, plan.output, block);
    return [{kernel: 'loadBlock', args: [source, features, count, features, target, block.stride]}];
  });
  for (const [i, step] of [...plan.steps.entries()].reverse()) {
    switch (step.kind) {
      case 'product':
        productBackward(context, step, begun, program);
        break;
      case 'normalization':
        normalizationBackward(context, step, i, begun, program);
        break;
      case 'pool':
        poolBackward(context, step, begun, program);
        break;
      case 'activation':
        activationBackward(context, step, program);
        break;
      case 'dropout':
        dropoutBackward(context, step, i, program);
        break;
      case 'sum':
        sumBackward(context, step, begun, program);
        break;
      case 'relayout':
        relayoutBackward(context, step, begun, program);
    }
  }
  program.together(productsOf(plan).flatMap((step) => productGradients(context, step)));
  program.together([...memory.parameters()].flatMap((parameter) => updateParts(context, optimizer, parameter)));
  return program.build();
}

function loadInput(context: Context, block: Block): Call[] {
  const {plan, batch} = context;
  const [buffer] = plan.buffers;
  const features = featuresOf(buffer);
  const source = batch.input + 4 * block.begin * features;
  let from = source;
  return segmentsOf(buffer).map(({starts: [start], rows}): Call => {
    const target = batch.activation(0, block) + bytes(start, block);
    const args = [from, features, samplesIn(plan, 0, block), rows, target, block.stride];
    from += 4 * rows;
    return {kernel: 'loadBlock', args};
  });
}

function updateParts({cuts, memory}: Context, optimizer: OptimizerPlan, parameter: Parameter): Phase {
  const {isTrained, values, gradient, slots, penalty} = parameter;
  if (!isTrained) return [];
  return rangesOf(values.floats, 4, cuts).map(([begin, end]) => {
    const addresses = [values.address, gradient, ...slots.map(({address}) => address)];
    const update: Call = {kernel: optimizer.kernel, args: [...addresses, begin, end, memory.hyper]};
    const {l1, l2} = penalty;
    if (l1 === 0 && l2 === 0) return [update];
    return [{kernel: 'regularize', args: [gradient, values.address, begin, end, l1, l2]}, update];
  });
}
