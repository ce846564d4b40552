import * as tf from '@tensorflow/tfjs';
import {magnitudeScores, RigLScheduler, selectGlobally, sparseWeights, sparsify, Topology, toDense} from 'itop';
import {expect, test} from 'vitest';
import {casesFor, describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {memoryStorage} from '../support/storage.ts';

const shapes = {conv: [3, 3, 2, 3], hidden: [12, 5], out: [5, 3]} as const;

function denseModel(): tf.Sequential {
  const options = {biasInitializer: 'ones', kernelInitializer: tf.initializers.glorotNormal({seed: 1})} as const;
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...options,
        name: 'conv',
        inputShape: [4, 4, 2],
        filters: 3,
        kernelSize: 3,
        activation: 'relu',
      }),
      tf.layers.flatten(),
      tf.layers.dense({...options, name: 'hidden', units: 5, activation: 'tanh'}),
      tf.layers.dense({...options, name: 'out', units: 3, activation: 'softmax'}),
    ],
  });
}

/** A sparse model in which some layers have no connection. */
function modelWithout(names: readonly (keyof typeof shapes)[]): tf.Sequential {
  const dense = denseModel();
  const topologies = Object.fromEntries(names.map((name) => [name, Topology.fromPositions(shapes[name], [])]));
  const model = sparsify(dense, {density: 0.5, seed: 1, topologies});
  dense.dispose();
  return model;
}

const connectionsOf = (model: tf.LayersModel) => sparseWeights(model).map(({weight}) => weight.topology.nnz);

async function predict(model: tf.LayersModel, x: tf.Tensor): Promise<Float32Array> {
  const y = model.predict(x) as tf.Tensor;
  const numbers = await y.data<'float32'>();
  y.dispose();
  return numbers;
}

describeBackends('a layer without connections', (backendName) => {
  const cases = [[['conv', 'hidden', 'out']], [['conv']], [['hidden']], [['out']]] as const;

  test.each(casesFor(backendName, cases, 1))('predicts, trains, is updated, saved and loaded: %s', async (names) => {
    const model = modelWithout(names);
    const connections = connectionsOf(model);
    expect(connections.filter((nnz) => nnz === 0).length).toBe(names.length);
    const x = tf.randomUniform([6, 4, 4, 2], -1, 1, 'float32', 3);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 0], 'int32'), 3).toFloat());
    const dense = toDense(model);
    expectClose(await predict(model, x), await predict(dense, x));
    const optimizer = tf.train.adam(0.01);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    const scheduler = new RigLScheduler(model, {updateInterval: 2, dropFraction: 0.3, seed: 1});
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) {
      losses.push((await model.trainOnBatch(x, y)) as number);
      await scheduler.step();
    }
    expect(losses[4]).toBeLessThan(losses[0]);
    expect(connectionsOf(model)).toEqual(connections);
    const {save, load} = memoryStorage();
    await model.save(save);
    const loaded = await tf.loadLayersModel(load());
    expect(connectionsOf(loaded)).toEqual(connections);
    expectClose(await predict(loaded, x), await predict(model, x));
    tf.dispose([x, y]);
    for (const each of [model, dense, loaded]) each.dispose();
    disposeOptimizer(optimizer);
  });
});

test('selectGlobally may leave a layer without connections', async () => {
  await tf.setBackend('cpu');
  const dense = denseModel();
  const kernels = dense.layers.filter(({name}) => name in shapes);
  const scores = kernels.map((layer, i) =>
    magnitudeScores(layer.weights[0].read().dataSync<'float32'>()).map((score) => score + i),
  );
  const positions = selectGlobally(scores, 15);
  const topologies = kernels.map(({name}, i) => [
    name,
    Topology.fromPositions(shapes[name as keyof typeof shapes], positions[i]),
  ]);
  const sparse = sparsify(dense, {density: 1, topologies: Object.fromEntries(topologies)});
  expect(connectionsOf(sparse)).toEqual([0, 0, 15]);
  for (const model of [dense, sparse]) model.dispose();
});
