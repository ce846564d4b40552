import * as tf from '@tensorflow/tfjs';
import {installFusedStep} from '../../src/fused/install.ts';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';
import {disposeOptimizer} from './optimizers.ts';

export interface Batch {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor | tf.Tensor[];
}

/** Trains on one batch and shows losses, and every number of the model and its optimizer. */
export async function trainOnGpu(
  isReplayed: boolean,
  build: () => tf.LayersModel,
  optimizer: tf.Optimizer,
  batch: Batch,
  {loss = 'categoricalCrossentropy', metrics}: {loss?: string; metrics?: string[]} = {},
  steps = 6,
) {
  const stock = installFusedStep();
  if (!isReplayed) stock();
  const model = build();
  model.compile({optimizer, loss, metrics});
  const losses: number[][] = [];
  for (let step = 0; step < steps; step++) {
    losses.push([await model.trainOnBatch(batch.x, batch.y)].flat() as number[]);
  }
  const variables = model.weights.map((weight) => weight.read()).filter((weight) => weight instanceof tf.Variable);
  const slots = variables.flatMap((variable) =>
    slotsOf(optimizer, variable.name, variable.name).map((slot) => slot.variable as tf.Tensor),
  );
  const numbers = await Promise.all([...variables, ...slots].map((variable) => variable.data<'float32'>()));
  model.dispose();
  // A layer that is applied twice outlives its model.
  tf.dispose(variables);
  disposeOptimizer(optimizer);
  return {losses, numbers, slots: slots.length};
}
