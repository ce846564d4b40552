import * as tf from '@tensorflow/tfjs';
import {explain, maskedConv2d, maskedDense} from 'itop';
import {afterEach, describe, expect, test} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {describeBackends} from '../support/backends.ts';
import {expectSameTraining} from '../support/fusedTraining.ts';
import {someData} from '../support/training.ts';

const [HEIGHT, WIDTH, CHANNELS] = [7, 6, 3];

/** Images of four classes. */
function someImages(samples = 37): {x: tf.Tensor; y: tf.Tensor} {
  const {x, y} = someData(samples, HEIGHT * WIDTH * CHANNELS);
  const images = x.reshape([samples, HEIGHT, WIDTH, CHANNELS]);
  x.dispose();
  return {x: images, y};
}

let seed = 0;
const convolution = (options: object = {}) =>
  maskedConv2d({
    filters: 5,
    kernelSize: 3,
    padding: 'same',
    density: 0.4,
    activation: 'relu',
    seed: seed++,
    ...options,
  });
type Zeros = Parameters<typeof tf.layers.zeroPadding2d>[0];
const zeros = (padding: number | [[number, number], [number, number]]) => tf.layers.zeroPadding2d({padding} as Zeros);
const wholeWindows = () => convolution({padding: 'valid'});
const output = () => maskedDense({units: 4, density: 0.6, activation: 'softmax', seed: seed++});

type Chain = () => tf.layers.Layer[];

/** A network over images, with an output on top. */
function functional(build: (x: tf.SymbolicTensor) => tf.SymbolicTensor): () => tf.LayersModel {
  return () => {
    seed = 1;
    const input = tf.input({shape: [HEIGHT, WIDTH, CHANNELS]});
    const x = build(input);
    const features = x.rank > 2 ? on(x, tf.layers.flatten()) : x;
    return tf.model({inputs: input, outputs: on(features, output())});
  };
}

function chain(layers: Chain): () => tf.LayersModel {
  return functional((input) => on(input, ...layers()));
}

function on(x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, x);
}

const chains: readonly [string, Chain][] = [
  ['a padded convolution', () => [convolution()]],
  ['convolutions without padding', () => [convolution({padding: 'valid'}), convolution({padding: 'valid'})]],
  ['convolutions with padding one after the other', () => [convolution(), convolution(), convolution()]],
  ['strides', () => [convolution({strides: 2}), convolution({strides: [1, 2], padding: 'valid', kernelSize: [3, 2]})]],
  ['zeros around the image that a window may not reach beyond', () => [convolution(), zeros(4), wholeWindows()]],
  [
    'zeros on some sides',
    () => [
      convolution(),
      zeros([
        [2, 0],
        [1, 2],
      ]),
      wholeWindows(),
    ],
  ],
  [
    'zeros at the ends of a model within',
    () => [
      convolution(),
      zeros(1),
      tf.sequential({
        layers: [tf.layers.inputLayer({inputShape: [HEIGHT + 2, WIDTH + 2, 5]}), zeros(1), wholeWindows(), zeros(1)],
      }),
      wholeWindows(),
    ],
  ],
  ['more outputs than a window has inputs', () => [convolution(), convolution({filters: 60})]],
  ['dilations', () => [convolution({dilationRate: 2}), convolution({dilationRate: [1, 2]})]],
  ['even kernels, whose padding is uneven', () => [convolution({kernelSize: 2}), convolution({kernelSize: [4, 2]})]],
  [
    'kernels of one pixel, with and without strides',
    () => [convolution({kernelSize: 1}), convolution({kernelSize: 1, strides: 2}), convolution({kernelSize: 1})],
  ],
  ['no bias', () => [convolution({useBias: false}), convolution({useBias: false})]],
  ['sigmoid and tanh', () => [convolution({activation: 'sigmoid'}), convolution({activation: 'tanh'}), convolution()]],
  ['largest of windows', () => [convolution(), tf.layers.maxPooling2d({poolSize: 2}), convolution()]],
  [
    'largest of overlapping windows over the edge',
    () => [convolution(), tf.layers.maxPooling2d({poolSize: 3, strides: 2, padding: 'same'}), convolution()],
  ],
  ['means of windows', () => [convolution(), tf.layers.averagePooling2d({poolSize: [3, 2], strides: [2, 2]})]],
  ['means of all pixels', () => [convolution(), tf.layers.globalAveragePooling2d({})]],
  ['largest of all pixels', () => [convolution(), tf.layers.globalMaxPooling2d({})]],
  ['pooling of the input', () => [tf.layers.averagePooling2d({poolSize: 2}), convolution()]],
  [
    'batch normalisation',
    () => [
      convolution({activation: 'linear', useBias: false}),
      tf.layers.batchNormalization({momentum: 0.9}),
      tf.layers.reLU(),
      convolution({activation: 'linear'}),
      tf.layers.batchNormalization({epsilon: 1e-5}),
      tf.layers.activation({activation: 'tanh'}),
    ],
  ],
  ['batch normalisation of the input', () => [tf.layers.batchNormalization(), convolution()]],
  [
    'batch normalisation of vectors',
    () => [
      tf.layers.flatten(),
      maskedDense({units: 10, density: 0.3, seed: 7}),
      tf.layers.batchNormalization({
        gammaRegularizer: tf.regularizers.l2({l2: 0.01}),
        betaRegularizer: tf.regularizers.l1({l1: 0.01}),
      }),
      tf.layers.leakyReLU({alpha: 0.2}),
    ],
  ],
  [
    'a vector made an image and an image made another',
    () => [
      tf.layers.flatten(),
      tf.layers.reshape({targetShape: [HEIGHT, WIDTH, CHANNELS]}),
      convolution({filters: 4}),
      tf.layers.reshape({targetShape: [WIDTH, HEIGHT, 4]}),
      convolution(),
    ],
  ],
  [
    'penalties',
    () => [
      convolution({kernelRegularizer: tf.regularizers.l2({l2: 0.01}), biasRegularizer: tf.regularizers.l2({l2: 0.1})}),
    ],
  ],
];

const graphs: readonly [string, (x: tf.SymbolicTensor) => tf.SymbolicTensor][] = [
  [
    'a residual block',
    (input) => {
      const normalised = () => [convolution({activation: 'linear'}), tf.layers.batchNormalization()];
      const x = on(input, ...normalised(), tf.layers.reLU());
      const inner = on(x, ...normalised(), tf.layers.reLU(), ...normalised());
      const sum = on(tf.layers.add().apply([inner, x]) as tf.SymbolicTensor, tf.layers.reLU());
      const half = on(sum, convolution({strides: 2, activation: 'linear'}), tf.layers.batchNormalization());
      const shortcut = on(sum, convolution({kernelSize: 1, strides: 2, activation: 'linear'}));
      return on(tf.layers.add().apply([half, shortcut]) as tf.SymbolicTensor, tf.layers.globalAveragePooling2d({}));
    },
  ],
  [
    'readers with and without padding of one image',
    (input) => {
      const x = on(input, convolution());
      const flat = on(x, tf.layers.flatten(), maskedDense({units: 6, density: 0.2, seed: 20}));
      const wide = on(
        x,
        convolution({kernelSize: 5}),
        tf.layers.flatten(),
        maskedDense({units: 6, density: 0.2, seed: 21}),
      );
      const pooled = on(x, tf.layers.maxPooling2d({poolSize: 2}), tf.layers.flatten());
      const small = on(pooled, maskedDense({units: 6, density: 0.3, seed: 22}));
      return tf.layers.add().apply([flat, wide, small]) as tf.SymbolicTensor;
    },
  ],
];

describeBackends('images train in the fused step as tfjs trains them', () => {
  afterEach(() => void installFusedStep());
  const momentum = () => tf.train.momentum(0.03, 0.9);

  test.each(chains)('with %s', async (_, layers) => {
    await expectSameTraining(chain(layers), momentum, 'categoricalCrossentropy', 8, 1e-4, someImages);
  });

  test.each(graphs)('with %s', async (_, build) => {
    await expectSameTraining(functional(build), momentum, 'categoricalCrossentropy', 8, 1e-4, someImages);
  });

  test.each([
    ['the cross-entropy', 'categoricalCrossentropy', 'softmax'],
    ['labels', 'sparseCategoricalCrossentropy', 'softmax'],
    ['the binary cross-entropy', 'binaryCrossentropy', 'sigmoid'],
    ['the squared error', 'meanSquaredError', 'linear'],
  ] as const)('with %s of each pixel', async (_, loss, activation) => {
    const build = () => {
      seed = 1;
      const input = tf.input({shape: [HEIGHT, WIDTH, CHANNELS]});
      return tf.model({inputs: input, outputs: on(input, convolution(), convolution({filters: 4, activation}))});
    };
    const data = () => {
      const {x, y} = someImages(5);
      y.dispose();
      const random = seededRandom(3);
      const classes = Int32Array.from({length: 5 * HEIGHT * WIDTH}, () => Math.floor(4 * random()));
      const shape = [5, HEIGHT, WIDTH, 1];
      if (loss === 'sparseCategoricalCrossentropy') return {x, y: tf.tensor(Float32Array.from(classes), shape)};
      return {x, y: tf.tidy(() => tf.oneHot(classes, 4).reshape([5, HEIGHT, WIDTH, 4]).cast('float32'))};
    };
    await expectSameTraining(build, momentum, loss, 8, 1e-4, data);
  });

  test.each([1, 3, 32, 33])('in batches of %i', async (batch) => {
    // A bias before the normalisation has the gradient 0, of which Adam would make steps by the signs of its rounding.
    const normalised = chain(() => [
      convolution({activation: 'linear', useBias: false}),
      tf.layers.batchNormalization(),
      convolution(),
    ]);
    const images = () => someImages(batch);
    await expectSameTraining(normalised, () => tf.train.adam(0.005), 'categoricalCrossentropy', 5, 1e-4, images);
  });
}, ['cpu', 'wasm']);

describe('explain', () => {
  const cases: readonly [string, Chain, string][] = [
    [
      'channels that come first',
      () => [convolution({dataFormat: 'channelsFirst', padding: 'valid', name: 'odd'})],
      'layer "odd" has its channels first',
    ],
    [
      'means of windows over the edge',
      () => [convolution(), tf.layers.averagePooling2d({poolSize: 2, padding: 'same', name: 'mean'})],
      'layer "mean" averages windows that reach over the edge',
    ],
    [
      'normalisation of another axis',
      () => [convolution(), tf.layers.batchNormalization({axis: 1, name: 'rows'})],
      'layer "rows" normalises another axis than the last of a vector or an image',
    ],
  ];

  test.each(cases)('says that %s are not covered', async (_, layers, reason) => {
    await tf.setBackend('cpu');
    const model = chain(layers)();
    model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
    expect(explain(model)).toEqual({isFused: false, reason});
    model.dispose();
  });
});
