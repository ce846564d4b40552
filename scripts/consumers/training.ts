/** A user's program, as text: trains three steps with one update, and shows the losses in `globalThis.losses`. */
const BODY = `
async function train() {
  await tf.setBackend('cpu');
  const x = tf.randomUniform([32, 8], 0, 1, 'float32', 1);
  const y = tf.ones([32, 4]);
  const dense = tf.sequential({layers: [tf.layers.dense({units: 4, inputShape: [8]})]});
  const model = sparsify(dense, {density: 0.5, seed: 1});
  model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
  const scheduler = new SETScheduler(model, {updateInterval: 2, dropFraction: 0.3, seed: 1});
  const losses = [];
  for (let step = 0; step < 3; step++) {
    losses.push(await model.trainOnBatch(x, y));
    await scheduler.step();
  }
  if (!(losses[2] < losses[0])) throw new Error('the loss must fall, received ' + losses);
  if (!explain(model).isFused) throw new Error('the step must be fused, received ' + explain(model).reason);
  if (tf.getKernel('ItopSparseMatMul', 'wasm') == null) throw new Error('the kernels must be registered');
  globalThis.losses = losses;
  console.log(losses.map((loss) => loss.toFixed(3)).join(' -> '));
}
train().catch((error) => {
  console.error(error);
  globalThis.failure = String(error);
  globalThis.process?.exit(1);
});
`;

/** As an ES module. */
export const MODULE = `import * as tf from '@tensorflow/tfjs';
import {explain, SETScheduler, sparsify} from 'itop';
${BODY}`;

/** As CommonJS; another entry of the same copy beside it. */
export const COMMONJS = `const tf = require('@tensorflow/tfjs');
const {explain, SETScheduler, sparsify} = require('itop');
if (require('itop/core').SparseWeight === undefined) throw new Error('itop/core must load');
${BODY}`;

/** What TypeScript must take: every entry, with its types. */
export const TYPED = `import * as tf from '@tensorflow/tfjs';
import {type Grower, maskedDense, SETScheduler, type UpdateReport} from 'itop';
import {accelerateTfjs} from 'itop/accelerate';
import {samplePositions} from 'itop/core';
import {type Batch, syntheticDigits} from 'itop/data';
import {registerWebGPUInNode} from 'itop/node';
import 'itop/layers';
import 'itop/webgpu';

const model = tf.sequential({layers: [maskedDense({units: 4, density: 0.5, inputShape: [8]})]});
const onUpdate = (report: UpdateReport): void => console.log(report.explorationRate.toFixed(2));
export const scheduler = new SETScheduler(model, {updateInterval: 2, dropFraction: 0.3, onUpdate});
export const restore: () => void = accelerateTfjs();
export const parts: readonly unknown[] = [samplePositions, syntheticDigits, registerWebGPUInNode];
export type Parts = Grower | Batch;
// @ts-expect-error: the density is a number
maskedDense({units: 4, density: 'half'});
`;
