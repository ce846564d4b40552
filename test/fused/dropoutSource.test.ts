import * as tf from '@tensorflow/tfjs';
import {dropoutState, explain, maskedDense, type RandomState, seedDropout} from 'itop';
import {expect, test} from 'vitest';
import {describeBackends} from '../support/backends.ts';
import {someData} from '../support/training.ts';

const STEPS = 4;

function build(): tf.LayersModel {
  const {x, y} = someData(1);
  const [features, classes] = [x, y].map(({shape}) => shape[1]!);
  tf.dispose([x, y]);
  const model = tf.sequential({
    layers: [
      maskedDense({units: 16, density: 0.5, seed: 1, activation: 'relu', inputShape: [features]}),
      tf.layers.dropout({rate: 0.5}),
      maskedDense({units: classes, density: 0.5, seed: 2, activation: 'softmax'}),
    ],
  });
  model.compile({optimizer: tf.train.sgd(0.05), loss: 'categoricalCrossentropy'});
  return model;
}

/** The losses of some steps, and the weights after them. */
async function train(model: tf.LayersModel, steps = STEPS): Promise<number[]> {
  const {x, y} = someData(20);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await model.trainOnBatch(x, y)) as number);
  tf.dispose([x, y]);
  const weights = await Promise.all(model.getWeights().map((weight) => weight.data()));
  return [...losses, ...weights.flatMap((weight) => [...weight])];
}

function dispose(model: tf.LayersModel): void {
  const {optimizer} = model;
  model.dispose();
  optimizer.dispose();
}

describeBackends('a seed for dropout', () => {
  async function trainWith(seed: number | string): Promise<number[]> {
    const model = build();
    seedDropout(model, seed);
    const result = await train(model);
    dispose(model);
    return result;
  }

  test('makes two trainings the same to the last bit, from the first step on', async () => {
    const once = await trainWith(7);
    expect(await trainWith(7)).toEqual(once);
    expect(await trainWith('8')).not.toEqual(once);
  });

  test('acts before the model is compiled, too, and is kept when it is compiled again', async () => {
    const model = build();
    seedDropout(model, 7);
    const {optimizer} = model;
    model.compile({optimizer: tf.train.sgd(0.05), loss: 'categoricalCrossentropy'});
    optimizer.dispose();
    expect(await train(model)).toEqual(await trainWith(7));
    dispose(model);
  });
}, ['cpu', 'wasm', 'webgpu']);

describeBackends('the state of dropout', () => {
  test('lets a training that was interrupted go on to the last bit', async () => {
    const whole = build();
    seedDropout(whole, 7);
    await train(whole);
    const interrupted = JSON.stringify(dropoutState(whole));
    const next = build();
    next.setWeights(whole.getWeights());
    seedDropout(next, JSON.parse(interrupted) as RandomState);
    expect(explain(next).isFused).toBe(true);
    expect(await train(next)).toEqual(await train(whole));
    dispose(whole);
    dispose(next);
  });

  test('that is none is refused, and the old one stays', async () => {
    const model = build();
    const before = dropoutState(model);
    expect(() => seedDropout(model, {c: 0, s0: 0, s1: 0, s2: 0})).toThrow(/seededRandom: a state must/);
    expect(dropoutState(model)).toEqual(before);
    dispose(model);
  });
}, ['cpu', 'wasm']);
