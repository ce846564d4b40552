import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {sparseWeights} from '../../src/layers/sparseWeights.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {RigLScheduler} from '../../src/training/presets.ts';
import {describeBackends} from '../support/backends.ts';

/** The reading part of a backend of tfjs. */
interface Reader {
  read(dataId: object): Promise<unknown>;
  readSync(dataId: object): unknown;
}

describeBackends('an update reads back from a device', () => {
  test('values of all layers at once, then the largest gradients of each, then all slots at once, and nothing synchronously', async () => {
    const options = {units: 20, density: 0.3, kernelInitializer: 'glorotNormal'} as const;
    const model = tf.sequential({
      layers: [
        maskedDense({...options, inputShape: [30], seed: 1, activation: 'relu'}),
        maskedDense({...options, seed: 2, activation: 'relu'}),
        maskedDense({...options, seed: 3}),
      ],
    });
    const optimizer = tf.train.adam();
    model.compile({optimizer, loss: 'meanSquaredError'});
    const scheduler = new RigLScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1});
    const [x, y] = [tf.randomNormal([8, 30]), tf.randomNormal([8, 20])];
    await model.trainOnBatch(x, y);

    const backend = tf.backend() as unknown as Reader;
    const {read, readSync} = backend;
    const atOnce: number[] = [];
    const lengths: number[] = [];
    let open = 0;
    backend.read = async (dataId) => {
      if (open++ === 0) atOnce.push(0);
      atOnce[atOnce.length - 1]++;
      const values = (await read.call(backend, dataId)) as Float32Array;
      lengths.push(values.length);
      open--;
      return values;
    };
    backend.readSync = () => {
      throw new Error('An update must not read synchronously.');
    };
    try {
      await scheduler.step();
    } finally {
      Object.assign(backend, {read, readSync});
    }
    // Three values; the largest gradients of each layer; of each layer two moments.
    expect(atOnce).toEqual([3, 1, 1, 1, 6]);
    // What is largest of a gradient comes as two bits for each position.
    const words = [600, 400, 400].map((size) => Math.ceil(size / 32));
    expect(lengths.slice(3, 6)).toEqual(words.map((count) => 2 * count + 3));
    for (const {weight} of sparseWeights(model)) releaseTopology(weight.topology);
    tf.dispose([x, y]);
    optimizer.dispose();
    model.dispose();
  });
}, ['webgpu']);
