import * as tf from '@tensorflow/tfjs';
import {releaseModel} from '../../src/fused/fusedModels.ts';
import {someNumbers} from './layer.ts';

type Tensors = tf.SymbolicTensor;

const {layers} = tf;
const apply = (layer: tf.layers.Layer, input: Tensors | Tensors[]) => layer.apply(input) as Tensors;

/** Dense models of every form that can be rebuilt, by what is special about them; the first two are the most common. */
export const denseModels: Readonly<Record<string, () => tf.LayersModel>> = {
  'a Sequential of dense layers': () =>
    tf.sequential({
      layers: [
        layers.dense({name: 'hidden', units: 16, inputShape: [12], activation: 'relu'}),
        layers.dense({name: 'output', units: 4, activation: 'softmax', biasInitializer: 'randomNormal'}),
      ],
    }),

  'a convolutional network with normalization, pooling and dropout': () =>
    tf.sequential({
      layers: [
        layers.conv2d({
          name: 'conv1',
          filters: 6,
          kernelSize: 3,
          padding: 'same',
          useBias: false,
          inputShape: [8, 8, 2],
        }),
        layers.batchNormalization({gammaInitializer: 'randomUniform', movingMeanInitializer: 'randomNormal'}),
        layers.reLU(),
        layers.maxPooling2d({poolSize: 2}),
        layers.dropout({rate: 0.5}),
        layers.conv2d({name: 'conv2', filters: 8, kernelSize: [2, 3], strides: 2, activation: 'tanh'}),
        layers.flatten(),
        layers.dense({name: 'output', units: 5, kernelRegularizer: tf.regularizers.l2({l2: 0.01})}),
      ],
    }),

  'a residual network with two outputs': () => {
    const input = tf.input({shape: [10]});
    const first = apply(layers.dense({name: 'first', units: 10, activation: 'relu'}), input);
    const second = apply(layers.dense({name: 'second', units: 10}), first);
    const sum = apply(layers.add(), [input, second]);
    const left = apply(layers.dense({name: 'left', units: 3}), sum);
    const right = apply(layers.dense({name: 'right', units: 2, activation: 'sigmoid'}), first);
    return tf.model({inputs: input, outputs: [left, right]});
  },

  'a nested Sequential': () => {
    const input = tf.input({shape: [9]});
    const encoder = tf.sequential({
      name: 'encoder',
      layers: [layers.dense({name: 'inner1', units: 8, inputShape: [9]}), layers.dense({name: 'inner2', units: 6})],
    });
    return tf.model({inputs: input, outputs: apply(layers.dense({name: 'outer', units: 4}), apply(encoder, input))});
  },

  'a nested model that is used twice': () => {
    const inputs = [tf.input({shape: [9]}), tf.input({shape: [9]})];
    const twin = tf.sequential({name: 'twin', layers: [layers.dense({name: 'inner', units: 7, inputShape: [9]})]});
    const both = apply(
      layers.concatenate(),
      inputs.map((input) => apply(twin, input)),
    );
    return tf.model({inputs, outputs: apply(layers.dense({name: 'outer', units: 4}), both)});
  },

  'a functional model inside a Sequential': () => {
    const input = tf.input({shape: [9]});
    const inner = apply(layers.dense({name: 'inner', units: 9}), input);
    const block = tf.model({name: 'block', inputs: input, outputs: apply(layers.add(), [input, inner])});
    return tf.sequential({layers: [block, layers.dense({name: 'outer', units: 4})]});
  },

  'a shared layer': () => {
    const inputs = [tf.input({shape: [9]}), tf.input({shape: [9]})];
    const shared = layers.dense({name: 'shared', units: 7, activation: 'tanh'});
    const outputs = inputs.map((input) => apply(shared, input));
    return tf.model({inputs, outputs: apply(layers.dense({name: 'outer', units: 4}), apply(layers.add(), outputs))});
  },

  'a dense layer over time': () =>
    tf.sequential({
      layers: [
        layers.timeDistributed({name: 'time', layer: layers.dense({name: 'inner', units: 7}), inputShape: [3, 8]}),
        layers.flatten(),
        layers.dense({name: 'outer', units: 4}),
      ],
    }),

  'a nested model over time': () =>
    tf.sequential({
      layers: [
        layers.timeDistributed({
          name: 'time',
          layer: tf.sequential({name: 'block', layers: [layers.dense({name: 'inner', units: 7, inputShape: [8]})]}),
          inputShape: [3, 8],
        }),
        layers.dense({name: 'outer', units: 4}),
      ],
    }),

  'a bidirectional LSTM': () =>
    tf.sequential({
      layers: [
        layers.bidirectional({
          name: 'both',
          layer: layers.lstm({units: 4, returnSequences: false}) as tf.RNN,
          mergeMode: 'concat',
          inputShape: [3, 6],
        }),
        layers.dense({name: 'outer', units: 4}),
      ],
    }),

  'other convolutions and an embedding': () => {
    const image = tf.input({shape: [6, 6, 3]});
    const words = tf.input({shape: [4]});
    const up = apply(layers.conv2dTranspose({name: 'up', filters: 4, kernelSize: 2, strides: 2}), image);
    const depth = apply(layers.depthwiseConv2d({name: 'depth', kernelSize: 3}), up);
    const conv = apply(layers.conv2d({name: 'conv', filters: 5, kernelSize: 3}), depth);
    const embedded = apply(layers.embedding({name: 'words', inputDim: 9, outputDim: 5}), words);
    const flat = [conv, embedded].map((tensor) => apply(layers.flatten(), tensor));
    return tf.model({
      inputs: [image, words],
      outputs: apply(layers.dense({name: 'outer', units: 3}), apply(layers.concatenate(), flat)),
    });
  },
};

/** Names and makers of the models, for `test.each`. */
export const anyDenseModel = Object.entries(denseModels);

/** Some inputs for a model: a batch of three, small whole numbers where words are looked up. */
export function inputsFor(model: tf.LayersModel): tf.Tensor[] {
  return model.inputs.map(({shape}, i) => {
    const batch = [3, ...(shape.slice(1) as number[])];
    const numbers = someNumbers(
      batch.reduce((a, b) => a * b),
      i + 1,
    );
    const isWords = batch.length === 2 && batch[1] === 4;
    return tf.tensor(isWords ? numbers.map((number) => Math.floor(Math.abs(number) * 8)) : numbers, batch);
  });
}

/** The predictions of a model for {@link inputsFor} it, one array per output. */
export async function predictions(model: tf.LayersModel): Promise<Float32Array[]> {
  const outputs = tf.tidy(() => [model.predict(inputsFor(model))].flat() as tf.Tensor[]);
  const data = await Promise.all(outputs.map((output) => output.data<'float32'>()));
  tf.dispose(outputs);
  return data;
}

/** Frees models by what stands in for them and their weights: `model.dispose()` counts uses, and leaves what is used twice. */
export function disposeModels(...models: tf.LayersModel[]): void {
  models.forEach(releaseModel);
  for (const weight of models.flatMap((model) => model.weights)) weight.dispose();
}
