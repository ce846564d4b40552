import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {explain} from 'itop';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {expectClose} from '../support/close.ts';
import {expectSameTraining} from '../support/fusedTraining.ts';
import {anyNetwork, buildNetwork, dataFor} from '../support/randomNetworks.ts';

/** What the loops predict, and what ops predict. */
function predictBoth(model: tf.LayersModel, data: () => {x: tf.Tensor; y: tf.Tensor}): [Float32Array, Float32Array] {
  const {x, y} = data();
  const predict = () => tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync<'float32'>().slice());
  const fused = predict();
  installFusedStep()();
  const byOps = predict();
  installFusedStep();
  tf.dispose([x, y]);
  return [fused, byOps];
}

describe('random networks', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  afterAll(() => void installFusedStep());

  test('train, are evaluated and predict in the fused step as by ops', {timeout: 300_000}, async () => {
    await fc.assert(
      fc.asyncProperty(anyNetwork, async (network) => {
        const build = () => buildNetwork(network);
        const data = () => dataFor(network);
        const model = build();
        model.compile({optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError'});
        expect(explain(model)).toEqual({isFused: true, reason: ''});
        // Before it trains, a model predicts in rooms that its layers share.
        expectClose(...predictBoth(model, data));
        model.dispose();
        const optimizer = () => tf.train.momentum(0.01, 0.9);
        await expectSameTraining(build, optimizer, 'categoricalCrossentropy', 3, 1e-4, data, false);
      }),
      {numRuns: 60, seed: 1},
    );
  });
});
