import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {explain, maskedConv2d, maskedDense} from 'itop';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {expectClose} from '../support/close.ts';
import {expectSameTraining} from '../support/fusedTraining.ts';
import {someData} from '../support/training.ts';

/** What one layer of a random network is; sizes are taken modulo what the image allows. */
const choices = fc.record({
  kind: fc.constantFrom('convolution', 'normalisation', 'max', 'mean', 'activation', 'residual', 'copy'),
  size: fc.integer({min: 1, max: 4}),
  strides: fc.tuple(fc.integer({min: 1, max: 2}), fc.integer({min: 1, max: 2})),
  isSame: fc.boolean(),
  density: fc.double({min: 0.05, max: 1, noNaN: true}),
  activation: fc.constantFrom('linear', 'relu', 'sigmoid', 'tanh') as fc.Arbitrary<'linear'>,
  seed: fc.integer({min: 0, max: 1000}),
});
type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never;

const networks = fc.record({
  height: fc.integer({min: 1, max: 9}),
  width: fc.integer({min: 1, max: 9}),
  channels: fc.integer({min: 1, max: 5}),
  layers: fc.array(choices, {minLength: 1, maxLength: 6}),
  batch: fc.integer({min: 2, max: 70}),
});

function apply(x: tf.SymbolicTensor, layer: tf.layers.Layer): tf.SymbolicTensor {
  return layer.apply(x) as tf.SymbolicTensor;
}

/** One more layer on top of an image; a kernel or window is never larger than the image. */
function addLayer(x: tf.SymbolicTensor, choice: Choice): tf.SymbolicTensor {
  const {kind, size, strides, isSame, density, activation, seed} = choice;
  const [, height, width, channels] = x.shape as number[];
  const kernelSize: [number, number] = [Math.min(size, height), Math.min(5 - size, width)];
  const padding = isSame ? 'same' : 'valid';
  const convolution = (options: object) =>
    maskedConv2d({filters: 3, kernelSize, padding, density, activation, seed, ...options});
  switch (kind) {
    case 'convolution':
      return apply(x, convolution({strides, filters: size}));
    case 'normalisation':
      return apply(x, tf.layers.batchNormalization({momentum: 0.5, epsilon: 0.1}));
    case 'max':
      return apply(x, tf.layers.maxPooling2d({poolSize: kernelSize, strides, padding}));
    case 'mean':
      return apply(x, tf.layers.averagePooling2d({poolSize: kernelSize, strides, padding: 'valid'}));
    case 'activation':
      return apply(x, tf.layers.activation({activation}));
    case 'residual':
      return tf.layers
        .add()
        .apply([x, apply(x, convolution({padding: 'same', filters: channels}))]) as tf.SymbolicTensor;
    case 'copy':
      return apply(apply(x, tf.layers.flatten()), tf.layers.reshape({targetShape: [width, height, channels]}));
  }
}

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
      fc.asyncProperty(networks, async ({height, width, channels, layers, batch}) => {
        const build = () => {
          const input = tf.input({shape: [height, width, channels]});
          const features = apply(layers.reduce(addLayer, input), tf.layers.flatten());
          const output = maskedDense({units: 4, density: 0.7, activation: 'softmax', seed: 1});
          return tf.model({inputs: input, outputs: apply(features, output)});
        };
        const data = () => {
          const {x, y} = someData(batch, Math.max(5, height * width * channels));
          const images = x.slice([0, 0], [batch, height * width * channels]).reshape([batch, height, width, channels]);
          return {x: images, y};
        };
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
