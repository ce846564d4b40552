import * as tf from '@tensorflow/tfjs';
import {dropoutState, explain, maskedDense, seedDropout, setFusedStep, setNonFinite} from 'itop';
import {afterEach, expect, test, vi} from 'vitest';
import {describeBackends} from '../support/backends.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {someData} from '../support/training.ts';

/** Layers for 12 inputs that draw in training. */
const drawing: Record<string, () => tf.layers.Layer[]> = {
  dropout: () => [tf.layers.dropout({rate: 0.5})],
  'dropout of whole columns': () => [tf.layers.dropout({rate: 0.5, noiseShape: [1, 12]})],
  'Gaussian noise': () => [tf.layers.gaussianNoise({stddev: 0.5})],
  'Gaussian dropout': () => [tf.layers.gaussianDropout({rate: 0.5})],
  'alpha dropout': () => [tf.layers.alphaDropout({rate: 0.5})],
  'dropout in each time step': () => [
    tf.layers.reshape({targetShape: [4, 3]}),
    tf.layers.timeDistributed({layer: tf.layers.dropout({rate: 0.5})}),
    tf.layers.flatten(),
  ],
  'recurrent dropout': () => [
    tf.layers.reshape({targetShape: [4, 3]}),
    tf.layers.lstm({
      units: 5,
      dropout: 0.3,
      recurrentDropout: 0.3,
      kernelInitializer: tf.initializers.glorotNormal({seed: 3}),
      recurrentInitializer: tf.initializers.glorotNormal({seed: 4}),
    }),
  ],
};

function build(layers = drawing.dropout, isFused = false): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.inputLayer({inputShape: [12]}),
      ...layers(),
      maskedDense({units: 4, density: 0.5, seed: 2, activation: 'softmax'}),
    ],
  });
  model.compile({optimizer: tf.train.sgd(0.05), loss: 'categoricalCrossentropy'});
  setFusedStep(isFused, model);
  return model;
}

/** Losses of some steps, and the weights after them. */
async function train(model: tf.LayersModel, steps = 3): Promise<number[]> {
  const {x, y} = someData(20);
  const numbers: number[] = [];
  for (let step = 0; step < steps; step++) numbers.push((await model.trainOnBatch(x, y)) as number);
  for (const weight of model.getWeights()) numbers.push(...weight.dataSync());
  tf.dispose([x, y]);
  return numbers;
}

interface Recurrent {
  readonly cell?: {readonly dropoutMask: tf.Tensor[]; readonly recurrentDropoutMask: tf.Tensor[]};
}

function dispose(...models: tf.LayersModel[]): void {
  for (const model of models) {
    const {optimizer} = model;
    // Recurrent layers keep their last masks.
    for (const {cell} of model.layers as Recurrent[])
      if (cell) tf.dispose([cell.dropoutMask, cell.recurrentDropoutMask]);
    model.dispose();
    disposeOptimizer(optimizer);
  }
}

describeBackends('a training by single ops', () => {
  afterEach(() => void vi.restoreAllMocks());

  test.each(Object.keys(drawing))('with %s goes on from its state to the last bit', async (name) => {
    const [whole, resumed, other] = [1, 2, 3].map(() => build(drawing[name]));
    expect(explain(whole).isFused).toBe(false);
    await train(whole);
    for (const next of [resumed, other]) next.setWeights(whole.getWeights());
    seedDropout(resumed, JSON.parse(JSON.stringify(dropoutState(whole))));
    seedDropout(other, 8);
    const expected = await train(whole);
    expect(await train(resumed)).toEqual(expected);
    expect(await train(other)).not.toEqual(expected);
    dispose(whole, resumed, other);
  });

  test('is the same with the same seed, and takes as much from the source as one by the fused step', async () => {
    const [fused, byOps, again] = [build(drawing.dropout, true), build(), build()];
    expect(explain(fused).isFused).toBe(true);
    for (const model of [fused, byOps, again]) seedDropout(model, 7);
    await train(fused);
    expect(await train(again)).toEqual(await train(byOps));
    for (const model of [byOps, again]) expect(dropoutState(model)).toEqual(dropoutState(fused));
    dispose(fused, byOps, again);
  });

  test('draws by Math.random as tfjs does until somebody asks for the source, and leaves it there', async () => {
    const random = vi.spyOn(Math, 'random');
    const spied = Math.random;
    const model = build();
    await train(model, 1);
    expect(random).toHaveBeenCalledTimes(1);
    dropoutState(model);
    await train(model, 1);
    expect(random).toHaveBeenCalledTimes(1);
    expect(Math.random).toBe(spied);
    dispose(model);
  });

  test('draws the same again after a step that was not taken', async () => {
    const model = build();
    setNonFinite(model, 'skip');
    const before = dropoutState(model);
    const {x, y} = someData(20);
    const bad = tf.mul(x, Number.NaN);
    await model.trainOnBatch(bad, y);
    expect(dropoutState(model)).toEqual(before);
    await model.trainOnBatch(x, y);
    expect(dropoutState(model)).not.toEqual(before);
    tf.dispose([x, y, bad]);
    dispose(model);
  });
}, ['cpu', 'wasm']);

test('a step by single ops that fails leaves the state as it was, and Math.random', async () => {
  // Without the check for tensors: those of such a step tfjs leaves behind.
  await tf.setBackend('cpu');
  const {random} = Math;
  const model = build();
  const before = dropoutState(model);
  const {optimizer} = model;
  model.compile({
    optimizer: tf.train.sgd(0.05),
    loss: () => {
      throw new Error('no loss today');
    },
  });
  optimizer.dispose();
  await expect(train(model, 1)).rejects.toThrow('no loss today');
  expect([dropoutState(model), Math.random]).toEqual([before, random]);
  dispose(model);
});
