import * as tf from '@tensorflow/tfjs';
import {explain, maskedDense} from 'itop';
import {expect, test} from 'vitest';
import {describeBackends} from '../../support/backends.ts';
import {watchReplays} from '../../support/replays.ts';

/** A model that learns nothing and whose losses tell its masks. */
function build(seed?: number): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dropout({rate: 0.5, inputShape: [40], seed}),
      maskedDense({units: 1, density: 1, seed: 1, kernelInitializer: 'glorotNormal'}),
    ],
  });
}

describeBackends('dropout in replayed steps', () => {
  const watched = watchReplays();

  /** Losses of steps on one batch, the model compiled anew before. */
  async function losses(model: tf.LayersModel, steps: number): Promise<number[]> {
    const optimizer = tf.train.sgd(0);
    model.compile({optimizer, loss: 'meanSquaredError'});
    const [x, y] = [tf.ones([8, 40]), tf.ones([8, 1])];
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) losses.push((await model.trainOnBatch(x, y)) as number);
    tf.dispose([x, y]);
    optimizer.dispose();
    return losses;
  }

  test('draws other masks in every model, and goes on with them when a model is compiled again', async () => {
    const models = [build(), build()];
    const all: number[] = [];
    // The first two steps of each are by ops and recorded.
    for (const model of [models[0], models[1], models[0]]) all.push(...(await losses(model, 6)).slice(1));
    expect(watched.replay.mock.calls.length).toBeGreaterThanOrEqual(8);
    expect(new Set(all).size).toBe(all.length);
    for (const model of models) model.dispose();
  });

  test('leaves a layer with a seed to single ops, which draw the same mask at every step', async () => {
    const model = build(3);
    const all = await losses(model, 5);
    expect(new Set(all).size).toBe(1);
    expect(watched.replay).not.toHaveBeenCalled();
    expect(explain(model).reason).toMatch(/has a seed/);
    model.dispose();
  });
}, ['webgpu']);
