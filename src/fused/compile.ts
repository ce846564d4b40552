import {type Block, blocksOf} from '../kernels/wasm/blocks.ts';
import {columnIndex, rowIndex} from '../kernels/wasm/frame.ts';
import {floorOf} from '../kernels/wasm/wasmKernel.ts';
import {ACTIVATIONS} from './activations.ts';
import type {ParameterMemory, PlanMemory} from './memory.ts';
import type {OptimizerPlan} from './optimizers.ts';
import type {Penalty} from './penalties.ts';
import type {Plan, PlanStep, ProductStep} from './plan.ts';
import type {Call, Phase, Program} from './program.ts';

/** The calls of a training step for batches of one size: the loss is computed between the two. */
export interface StepPrograms {
  /** From the input to the output, both batch-major. */
  readonly forward: Program;
  /** From the gradient of the output, batch-major, to new parameters. */
  readonly backward: Program;
}

/** Turns a plan into calls of the loops on a memory that fits the batch. */
export function compile(
  plan: Plan,
  memory: PlanMemory,
  optimizer: OptimizerPlan,
  batch: number,
  threads: number,
): StepPrograms {
  const compiler = new Compiler(plan, memory, optimizer, blocksOf(batch), threads);
  return {forward: compiler.forward(), backward: compiler.backward()};
}

class Compiler {
  constructor(
    private readonly plan: Plan,
    private readonly memory: PlanMemory,
    private readonly optimizer: OptimizerPlan,
    private readonly blocks: readonly Block[],
    private readonly threads: number,
  ) {}

  /** Values by column, then block by block through all layers. */
  forward(): Program {
    const {plan, memory} = this;
    const byColumn = this.products().flatMap((step) => {
      const {topology, kernel} = memory.products.get(step)!;
      const [, , slots] = columnIndex(memory, topology);
      return this.ranges(topology.nnz, 1).map(([begin, end]) => [
        {kernel: 'gather', args: [kernel.values.address, slots, kernel.gradient, begin, end]} as const,
      ]);
    });
    const layers = this.blocks.map((block) => [
      loadBlock(memory.input, plan.features[0], block, memory.buffer(0, block.begin)),
      ...plan.steps.flatMap((step, i) => this.forwardCalls(step, i, block)),
      storeBlock(memory.buffer(plan.output, block.begin), plan.features[plan.output], block, memory.output),
    ]);
    return [byColumn, layers];
  }

  /** Block by block back through all layers, then the gradients of all parameters, then their new values. */
  backward(): Program {
    const {plan, memory} = this;
    const layers = this.blocks.map((block) => {
      const written = new Set([plan.output]);
      const calls = [
        loadBlock(memory.outputGradient, plan.features[plan.output], block, memory.gradient(plan.output, block.begin)),
      ];
      for (let i = plan.steps.length - 1; i >= 0; i--) {
        calls.push(...this.backwardCalls(plan.steps[i], i, block, written));
      }
      return calls;
    });
    const products = this.products();
    return [
      layers,
      products.flatMap((step) => this.gradientParts(step)),
      products.flatMap((step) => this.updateParts(step)),
    ];
  }

  private products(): ProductStep[] {
    return this.plan.steps.filter((step) => step.kind === 'product');
  }

  private forwardCalls(step: PlanStep, index: number, block: Block): Call[] {
    const {memory, plan} = this;
    const {begin, stride} = block;
    const floats = (buffer: number) => plan.features[buffer] * stride;
    switch (step.kind) {
      case 'product': {
        const {topology, kernel, bias} = memory.products.get(step)!;
        const [ptr, idx] = columnIndex(memory, topology);
        const [x, y] = [memory.buffer(step.input, begin), memory.buffer(step.output, begin)];
        const floor = floorOf(step.isRelu ? 'relu' : 'linear');
        const args = [ptr, idx, kernel.gradient, x, y, 0, topology.cols, stride, bias?.values.address ?? 0, floor];
        return [{kernel: 'multiply', args}];
      }
      case 'activation': {
        const y = memory.buffer(step.buffer, begin);
        return [{kernel: 'activate', args: [y, floats(step.buffer), ACTIVATIONS[step.activation], step.alpha]}];
      }
      case 'dropout': {
        const mask = memory.mask(index, step.buffer, begin);
        const salt = step.seed * 65536 + begin;
        return [
          {kernel: 'dropoutMask', args: [mask, floats(step.buffer), step.rate, memory.seed, salt]},
          {kernel: 'multiplyBy', args: [memory.buffer(step.buffer, begin), mask, floats(step.buffer)]},
        ];
      }
      case 'sum': {
        const [target, size] = [memory.buffer(step.output, begin), floats(step.output)];
        return [
          {kernel: 'clear', args: [target, size]},
          ...step.inputs.map((input): Call => ({kernel: 'addTo', args: [target, memory.buffer(input, begin), size]})),
        ];
      }
    }
  }

  /** @param written  buffers whose gradient has been begun: to these is added, the others are written */
  private backwardCalls(step: PlanStep, index: number, block: Block, written: Set<number>): Call[] {
    const {memory, plan} = this;
    const {begin, stride} = block;
    const floats = (buffer: number) => plan.features[buffer] * stride;
    switch (step.kind) {
      case 'product': {
        const dz = memory.gradient(step.output, begin);
        const relu: Call[] = step.isRelu
          ? [activationGradient(dz, memory.buffer(step.output, begin), floats(step.output), ACTIVATIONS.relu, 0)]
          : [];
        if (step.input === 0) return relu;
        const {topology, kernel} = memory.products.get(step)!;
        const [ptr, idx] = rowIndex(memory, topology);
        const values = kernel.values.address;
        const dx = memory.gradient(step.input, begin);
        const args = [ptr, idx, values, dz, dx, 0, topology.rows, stride, 0, floorOf()];
        if (!written.has(step.input)) {
          written.add(step.input);
          return [...relu, {kernel: 'multiply', args}];
        }
        return [...relu, {kernel: 'addMultiply', args: [ptr, idx, values, dz, dx, 0, 0, topology.rows, stride]}];
      }
      case 'activation': {
        if (step.buffer === 0) return [];
        const {buffer, activation, alpha} = step;
        const dy = memory.gradient(buffer, begin);
        return [activationGradient(dy, memory.buffer(buffer, begin), floats(buffer), ACTIVATIONS[activation], alpha)];
      }
      case 'dropout': {
        if (step.buffer === 0) return [];
        const mask = memory.mask(index, step.buffer, begin);
        return [{kernel: 'multiplyBy', args: [memory.gradient(step.buffer, begin), mask, floats(step.buffer)]}];
      }
      case 'sum':
        return step.inputs.flatMap((input): Call[] => {
          if (input === 0) return [];
          const [target, size] = [memory.gradient(input, begin), floats(input)];
          const clear: Call[] = written.has(input) ? [] : [{kernel: 'clear', args: [target, size]}];
          written.add(input);
          return [...clear, {kernel: 'addTo', args: [target, memory.gradient(step.output, begin), size]}];
        });
    }
  }

  private gradientParts(step: ProductStep): Phase {
    const {memory, plan} = this;
    const {topology, kernel, bias} = memory.products.get(step)!;
    const [ptr, idx] = rowIndex(memory, topology);
    const parts: Call[][] = [];
    if (kernel.index >= 0) {
      for (const [first, last] of rowRanges(topology.rowPtr, this.threads)) {
        const [begin, end] = [topology.rowPtr[first], topology.rowPtr[last]];
        parts.push([
          {kernel: 'clear', args: [kernel.gradient + 4 * begin, end - begin]},
          ...this.blocks.map((block): Call => {
            const x = memory.buffer(step.input, block.begin);
            const dz = memory.gradient(step.output, block.begin);
            return {kernel: 'addDots', args: [ptr, idx, x, 0, dz, kernel.gradient, first, last, block.stride]};
          }),
        ]);
      }
    }
    if (bias && bias.index >= 0) {
      const features = plan.features[step.output];
      parts.push([
        {kernel: 'clear', args: [bias.gradient, features]},
        ...this.blocks.map((block): Call => {
          const dz = memory.gradient(step.output, block.begin);
          return {kernel: 'addRowSums', args: [dz, 0, features, block.stride, bias.gradient]};
        }),
      ]);
    }
    return parts;
  }

  private updateParts(step: ProductStep): Phase {
    const {kernel, bias} = this.memory.products.get(step)!;
    return [
      ...this.parameterParts(kernel, step.kernelPenalty),
      ...(bias ? this.parameterParts(bias, step.biasPenalty) : []),
    ];
  }

  private parameterParts({index, values, gradient, slots}: ParameterMemory, {l1, l2}: Penalty): Phase {
    if (index < 0) return [];
    return this.ranges(values.floats, 4).map(([begin, end]) => {
      const addresses = [values.address, gradient, ...slots.map(({address}) => address)];
      const update: Call = {kernel: this.optimizer.kernel, args: [...addresses, begin, end, this.memory.hyper]};
      if (l1 === 0 && l2 === 0) return [update];
      return [{kernel: 'regularize', args: [gradient, values.address, begin, end, l1, l2]}, update];
    });
  }

  /** One range for each thread, in multiples of `unit`. */
  private ranges(length: number, unit: number): [number, number][] {
    const cut = (thread: number) => Math.min(length, Math.round((length * thread) / this.threads / unit) * unit);
    return Array.from({length: this.threads}, (_, i): [number, number] => [
      cut(i),
      i + 1 === this.threads ? length : cut(i + 1),
    ]).filter(([begin, end]) => begin < end);
  }
}

function activationGradient(dy: number, y: number, floats: number, kind: number, alpha: number): Call {
  return {kernel: 'activationGradient', args: [dy, y, floats, kind, alpha]};
}

function loadBlock(source: number, features: number, {begin, count, stride}: Block, target: number): Call {
  return {kernel: 'loadBlock', args: [source + 4 * begin * features, features, count, features, target, stride]};
}

function storeBlock(source: number, features: number, {begin, count, stride}: Block, target: number): Call {
  return {kernel: 'storeBlock', args: [source, stride, count, features, target + 4 * begin * features, features]};
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
