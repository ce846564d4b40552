import * as tf from '@tensorflow/tfjs';
import {maskedDense, replayable, sparseWeights} from 'itop';
import {expect, test, vi} from 'vitest';
import {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {collectGarbage} from '../../support/garbage.ts';
import {bytesInUse} from '../../support/gpuPrograms.ts';
import {disposeOptimizer} from '../../support/optimizers.ts';
import {watchReplays} from '../../support/replays.ts';
import {someData} from '../../support/training.ts';

const dense = (units: number, seed: number, options: object = {}) =>
  maskedDense({units, density: 0.5, seed, ...options});

/** A model within a model, and beside it a layer that is used twice. */
function nested(): tf.LayersModel {
  const inner = tf.sequential({
    layers: [dense(8, 1, {inputShape: [12], activation: 'relu'}), tf.layers.batchNormalization()],
  });
  const shared = dense(8, 2);
  const input = tf.input({shape: [12]});
  const apply = (layer: tf.layers.Layer, of: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(of) as tf.SymbolicTensor;
  const within = apply(inner, input);
  const sum = apply(tf.layers.add(), [apply(shared, within), apply(shared, apply(shared, within))]);
  return tf.model({inputs: input, outputs: apply(dense(4, 3, {activation: 'softmax'}), sum)});
}

function compiled(loss: unknown = 'categoricalCrossentropy'): tf.LayersModel {
  const model = nested();
  model.compile({optimizer: tf.train.adam(0.01), loss: loss as string});
  return model;
}

/** @returns disposes all that a model leaves behind: a layer that is used twice outlives it */
function leftoversOf(model: tf.LayersModel): () => void {
  const {optimizer} = model;
  const weights = model.weights.map((weight) => weight.read());
  const topologies = sparseWeights(model).map(({weight}) => weight.topology);
  return () => {
    tf.dispose(weights);
    topologies.forEach(releaseTopology);
    disposeOptimizer(optimizer);
  };
}

describeBackends('the memory of replayed steps', () => {
  const watched = watchReplays();

  test('stays as it is while models take turns, that have models inside, and their clones keep their numbers', async () => {
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) watched.uninstall();
      const before = bytesInUse();
      const {x, y} = someData(16);
      const models = [compiled(), compiled()];
      const losses: number[] = [];
      const steps = async (count: number) => {
        for (let step = 0; step < count; step++) {
          for (const model of models) {
            losses.push((await model.trainOnBatch(x, y)) as number);
            const [loss, predictions] = [model.evaluate(x, y) as tf.Scalar, model.predict(x) as tf.Tensor];
            losses.push((await loss.data())[0], ...(await predictions.data()));
            tf.dispose([loss, predictions]);
          }
        }
      };
      await steps(4);
      const [within, tensors] = [bytesInUse(), tf.memory().numTensors];
      const clones = models[0].trainableWeights.map((weight) => weight.read().clone());
      const numbers = await Promise.all(clones.map((clone) => clone.data()));
      await steps(4);
      expect(await Promise.all(clones.map((clone) => clone.data()))).toEqual(numbers);
      tf.dispose(clones);
      expect([bytesInUse(), tf.memory().numTensors]).toEqual([within, tensors]);
      for (const model of models) {
        const dispose = leftoversOf(model);
        model.dispose();
        dispose();
      }
      tf.dispose([x, y]);
      expect(bytesInUse()).toBe(before);
      return losses;
    };
    const actual = await run(true);
    // Of each model all but three training steps, and all but two evaluations and predictions.
    expect(watched.replay).toHaveBeenCalledTimes(2 * (5 + 6 + 6));
    expectClose(actual, await run(false), 1e-4);
  });

  test('is given back with models that are forgotten, also where their loss knows them', async () => {
    const release = vi.spyOn(ReplayedStep.prototype, 'release');
    const {x, y} = someData(16);
    const use = async () => {
      const known: tf.LayersModel[] = [];
      const loss = replayable((target: tf.Tensor, output: tf.Tensor) =>
        tf.mul(tf.losses.meanSquaredError(target, output), known.length),
      );
      const model = compiled(loss);
      known.push(model);
      for (let step = 0; step < 5; step++) await model.trainOnBatch(x, y);
      return leftoversOf(model);
    };
    const dispose = await use();
    expect(watched.replay).toHaveBeenCalledTimes(2);
    await collectGarbage(() => release.mock.calls.length === 1);
    expect(release).toHaveBeenCalledOnce();
    dispose();
    tf.dispose([x, y]);
  });
}, ['webgpu']);
