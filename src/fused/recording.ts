import * as tf from '@tensorflow/tfjs';
import {type Block, blocksOf} from '../kernels/wasm/blocks.ts';
import type {SparseLayer} from '../layers/sparseLayer.ts';
import {recordConv2dGradient} from '../ops/sparseConv2d.ts';
import {recordMatMulGradient} from '../ops/sparseMatMul.ts';
import {featuresOf, segmentsOf} from './images.ts';
import type {PlanMemory} from './memory.ts';
import {type Plan, type ProductStep, productsOf, samplesIn, sparseWeightOf} from './plan.ts';

/**
 * The gradients of kernels at all positions that are asked for in a step: left with the layers' probes, which then have what ops
 * would have given them. What this takes of the heap is taken before the step begins.
 */
export class Recording {
  private readonly steps: readonly ProductStep[];
  private readonly scratch: number;

  /**
   * @param plan    of the model
   * @param laidOut  the plan by which the step goes: its first buffers are those of the model's, whole or in strips
   */
  constructor(
    plan: Plan,
    private readonly laidOut: Plan,
    private readonly memory: PlanMemory,
    private readonly batch: number,
  ) {
    // Nothing is recorded of a frozen layer, as by single ops.
    const trained = new Set([...memory.parameters()].filter(({isTrained}) => isTrained).map(({weight}) => weight));
    this.steps = productsOf(plan).filter((step) => {
      const weight = sparseWeightOf(step);
      return weight?.probe.isArmed && trained.has(weight.values);
    });
    const buffers = this.steps.flatMap(({input, output}) => [plan.buffers[input], plan.buffers[output]]);
    const most = Math.max(0, ...buffers.map(featuresOf));
    this.scratch = most === 0 ? 0 : memory.heap.allocate(4 * batch * most);
  }

  /** To be called when the gradients of all activations are there. */
  record(): void {
    for (const step of this.steps) this.recordStep(step);
  }

  /** Releases the scratch memory. */
  end(): void {
    if (this.scratch !== 0) this.memory.heap.release(this.scratch);
  }

  /** The input, and the gradient of the output before the activation. */
  private recordStep({layer, input, output, window}: ProductStep): void {
    const {batch} = this;
    const room = this.memory.batchOf(this.laidOut);
    const {topology, probe} = (layer as SparseLayer).sparseWeight;
    tf.tidy(() => {
      const x = this.read(input, (block) => room.activation(input, block));
      const dz = this.read(output, (block) => room.gradient(output, block));
      if (topology.shape.length === 2) {
        const shapes = [
          [batch, window.inChannels],
          [batch, window.outChannels],
        ];
        recordMatMulGradient(tf.tensor(x, shapes[0]), tf.tensor(dz, shapes[1]), {topology, probe});
      } else {
        const {inHeight, inWidth, inChannels, outHeight, outWidth, outChannels} = window;
        recordConv2dGradient(
          tf.tensor(x, [batch, inHeight, inWidth, inChannels]),
          tf.tensor(dz, [batch, outHeight, outWidth, outChannels]),
          {topology, probe, geometry: {...window, batch}},
        );
      }
    });
  }

  /** A buffer, batch-major, without its border. */
  private read(buffer: number, addressOf: (block: Block) => number): Float32Array {
    const {laidOut, scratch} = this;
    const {heap} = this.memory;
    const image = laidOut.buffers[buffer];
    const features = featuresOf(image);
    for (const block of blocksOf(this.batch * laidOut.strips, laidOut.block)) {
      const count = samplesIn(laidOut, buffer, block);
      let target = scratch + 4 * block.begin * features;
      for (const {
        starts: [start],
        rows,
      } of segmentsOf(image)) {
        const source = addressOf(block) + 4 * start * block.stride;
        heap.kernels.storeBlock(source, block.stride, count, rows, target, features);
        target += 4 * rows;
      }
    }
    return new Float32Array(heap.memory.buffer, scratch, this.batch * image.strips * features).slice();
  }
}
