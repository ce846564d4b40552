import {floorOf} from '../../kernels/wasm/wasmKernel.ts';
import {segmentsOf} from '../images.ts';
import {type NormalizationStep, samplesIn} from '../plan.ts';
import type {Call, Phase} from '../program.ts';
import {type BegunGradients, bytes, type Context, type ProgramBuilder} from './context.ts';

/** The statistics for predictions. */
export function movingStatistics({memory}: Context, step: NormalizationStep): Phase {
  const {movingMean, movingVariance, statistics} = memory.normalizations.get(step.layer)!;
  const {channels, layer} = step;
  const args = [movingMean.values.address, movingVariance.values.address, channels, layer.epsilon, statistics];
  return [[{kernel: 'movingMoments', args}]];
}

/** In training, all blocks must have given their part before the first can be normalised. */
export function normalizationForward(
  context: Context,
  step: NormalizationStep,
  index: number,
  program: ProgramBuilder,
): void {
  const {memory, batch, plan, blocks, isTraining} = context;
  const {input, output, channels, pixels, layer} = step;
  const {gamma, beta, movingMean, movingVariance, statistics} = memory.normalizations.get(step.layer)!;
  if (isTraining) {
    const parts = batch.momentsOf(index);
    program.forEachBlock((block, i) => {
      const part = parts + i * partBytes(channels);
      const x = batch.activation(input, block);
      return [{kernel: 'moments', args: [x, pixels, channels, samplesIn(plan, input, block), block.stride, part]}];
    });
    const [first, last] = [blocks[0], blocks[blocks.length - 1]];
    const sizes = [first, last].map((block) => pixels * samplesIn(plan, input, block));
    const averages = [movingMean.values.address, movingVariance.values.address];
    const decay = 1 - layer.momentum;
    const args = [parts, blocks.length, ...sizes, channels, layer.epsilon, decay, ...averages, statistics];
    program.together([[{kernel: 'combineMoments', args}]]);
  }
  const floor = floorOf(step.isRelu ? 'relu' : 'linear');
  const segments = segmentsOf(plan.buffers[input], plan.buffers[output]);
  program.forEachBlock((block) =>
    segments.map(({starts: [from, to], pixels}): Call => {
      const x = batch.activation(input, block) + bytes(from, block);
      const y = batch.activation(output, block) + bytes(to, block);
      const parameters = [statistics, gamma.values.address, beta.values.address];
      return {kernel: 'normalize', args: [x, y, pixels, channels, block.stride, ...parameters, floor]};
    }),
  );
}

export function normalizationBackward(
  context: Context,
  step: NormalizationStep,
  index: number,
  begun: BegunGradients,
  program: ProgramBuilder,
): void {
  const {memory, batch, plan, blocks} = context;
  const {input, output, channels} = step;
  const {gamma, statistics, sums} = memory.normalizations.get(step.layer)!;
  const segments = segmentsOf(plan.buffers[input], plan.buffers[output]);
  const parts = batch.momentsOf(index);
  const floats = partBytes(channels) / 4;
  program.forEachBlock((block, i) => {
    const part = parts + i * partBytes(channels);
    return [
      {kernel: 'clear', args: [part, floats]},
      ...segments.map(({starts: [from, to], pixels}): Call => {
        const x = batch.activation(input, block) + bytes(from, block);
        const y = step.isRelu ? batch.activation(output, block) + bytes(to, block) : 0;
        const dy = batch.gradient(output, block) + bytes(to, block);
        return {kernel: 'addNormalizationSums', args: [x, y, dy, pixels, channels, block.stride, statistics, part]};
      }),
    ];
  });
  program.together([
    [
      {kernel: 'clear', args: [sums, floats]},
      ...blocks.map((_, i): Call => ({kernel: 'addTo', args: [sums, parts + i * partBytes(channels), floats]})),
    ],
  ]);
  if (!plan.buffers[input].hasGradient) return;
  const isAdded = begun.begin(input) ? 0 : 1;
  const total = step.pixels * blocks.reduce((sum, block) => sum + samplesIn(plan, input, block), 0);
  program.forEachBlock((block) =>
    segments.map(({starts: [from, to], pixels}): Call => {
      const x = batch.activation(input, block) + bytes(from, block);
      const dx = batch.gradient(input, block) + bytes(from, block);
      const dy = batch.gradient(output, block) + bytes(to, block);
      const parameters = [statistics, gamma.values.address, sums, total, isAdded];
      const [count, {stride}] = [samplesIn(plan, input, block), block];
      return {kernel: 'normalizationGradient', args: [x, dy, dx, pixels, channels, count, stride, ...parameters]};
    }),
  );
}

/** Bytes of `[2, width]`. */
function partBytes(channels: number): number {
  return 4 * 2 * Math.ceil(channels / 4) * 4;
}
