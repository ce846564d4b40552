import * as tf from '@tensorflow/tfjs';
import {explain} from 'itop';
import {expect} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {expectClose} from './close.ts';
import {disposeOptimizer} from './optimizers.ts';
import {snapshot, someData} from './training.ts';

export type Loss = Parameters<tf.LayersModel['compile']>[0]['loss'];

interface Data {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** Everything that training and the trained model have to show. */
type State = ReturnType<typeof snapshot> & {averages: Float32Array[]; predictions: Float32Array[]};

/** Moving averages of batch normalisations. */
function averagesOf(model: tf.LayersModel): Float32Array[] {
  const layers = model.layers.filter((layer) => layer.getClassName() === 'BatchNormalization');
  return layers.flatMap(({nonTrainableWeights}) =>
    nonTrainableWeights.map((weight) => weight.read().dataSync<'float32'>().slice()),
  );
}

/** What a model predicts, and how it is evaluated. */
async function predictionsOf(model: tf.LayersModel, {x, y}: Data): Promise<Float32Array[]> {
  const results = tf.tidy(() => [model.predict(x), model.evaluate(x, y, {batchSize: 16})].flat());
  const numbers = results.map((tensor) => tensor.dataSync<'float32'>().slice());
  tf.dispose(results);
  return numbers;
}

/** Trains by the fused step, or by the function of tfjs. */
async function train(
  isFused: boolean,
  build: () => tf.LayersModel,
  compile: Parameters<tf.LayersModel['compile']>[0] & {optimizer: tf.Optimizer},
  steps: number,
  data: Data = someData(37),
): Promise<{losses: number[][]; state: State}> {
  const stock = installFusedStep();
  if (!isFused) stock();
  const model = build();
  model.compile(compile);
  if (isFused) expect(explain(model)).toEqual({isFused: true, reason: ''});
  const losses: number[][] = [];
  for (let step = 0; step < steps; step++) losses.push([await model.trainOnBatch(data.x, data.y)].flat() as number[]);
  const state = {...snapshot(model), averages: averagesOf(model), predictions: await predictionsOf(model, data)};
  model.dispose();
  disposeOptimizer(compile.optimizer);
  tf.dispose([data.x, data.y]);
  return {losses, state};
}

/** Expects the same losses, metrics, weights and slots of both ways to train. */
export async function expectSameTraining(
  build: () => tf.LayersModel,
  optimizer: () => tf.Optimizer,
  loss: Loss,
  steps: number,
  tolerance = 1e-4,
  data?: () => Data,
  isLearning = true,
): Promise<void> {
  const run = (isFused: boolean) =>
    train(isFused, build, {optimizer: optimizer(), loss, metrics: ['accuracy']}, steps, data?.());
  const [fused, stock] = [await run(true), await run(false)];
  expectClose(fused.losses.flat(), stock.losses.flat(), tolerance);
  if (isLearning) expect(fused.losses[steps - 1][0]).toBeLessThan(fused.losses[0][0]);
  for (const kind of ['weights', 'slots', 'averages', 'predictions'] as const) {
    const [actual, expected] = [fused.state[kind].flat(), stock.state[kind].flat()];
    expect(actual.length).toBe(expected.length);
    for (const [i, values] of actual.entries()) expectClose(values, expected[i], 10 * tolerance);
  }
}
