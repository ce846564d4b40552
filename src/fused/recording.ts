import * as tf from '@tensorflow/tfjs';
import {type Block, blocksOf} from '../kernels/wasm/blocks.ts';
import {recordConv2dGradient} from '../ops/sparseConv2d.ts';
import {recordMatMulGradient} from '../ops/sparseMatMul.ts';
import {featuresOf, segmentsOf} from './images.ts';
import type {PlanMemory} from './memory.ts';
import {type Plan, type ProductStep, sparseWeightOf} from './plan.ts';

/** True if the gradient of a layer's kernel at all positions is asked for. */
export function isRecorded(step: ProductStep): boolean {
  return sparseWeightOf(step)?.probe.isArmed === true;
}

/** Leaves with a layer's probe what its ops would have: the input, and the gradient of the output before the activation. */
export function recordGradient(plan: Plan, memory: PlanMemory, step: ProductStep, batch: number): void {
  const {topology, probe} = sparseWeightOf(step)!;
  const {window} = step;
  tf.tidy(() => {
    const x = read(plan, memory, step.input, batch, (block) => memory.batch.activation(step.input, block));
    const dz = read(plan, memory, step.output, batch, (block) => memory.batch.gradient(step.output, block));
    if (topology.shape.length === 2) {
      const shapes = [
        [batch, window.inChannels],
        [batch, window.outChannels],
      ];
      recordMatMulGradient(tf.tensor(x, shapes[0]), tf.tensor(dz, shapes[1]), {topology, probe});
    } else {
      const geometry = {...window, batch};
      const {inHeight, inWidth, inChannels, outHeight, outWidth, outChannels} = window;
      recordConv2dGradient(
        tf.tensor(x, [batch, inHeight, inWidth, inChannels]),
        tf.tensor(dz, [batch, outHeight, outWidth, outChannels]),
        {topology, probe, geometry},
      );
    }
  });
}

/** A buffer, batch-major, without its border. */
function read(
  plan: Plan,
  {heap}: PlanMemory,
  buffer: number,
  batch: number,
  addressOf: (block: Block) => number,
): Float32Array {
  const image = plan.buffers[buffer];
  const features = featuresOf(image);
  const room = heap.allocate(4 * batch * features);
  for (const block of blocksOf(batch, plan.block)) {
    let target = room + 4 * block.begin * features;
    for (const {
      starts: [start],
      rows,
    } of segmentsOf(image)) {
      const source = addressOf(block) + 4 * start * block.stride;
      heap.kernels.storeBlock(source, block.stride, block.count, rows, target, features);
      target += 4 * rows;
    }
  }
  const numbers = new Float32Array(heap.memory.buffer, room, batch * features).slice();
  heap.release(room);
  return numbers;
}
