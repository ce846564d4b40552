import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {type MaskedConv2dArgs, maskedConv2d} from '../../src/sparse/maskedConv2d.ts';
import {casesFor, describeBackends} from '../support/backends.ts';
import {expectTrainsAsStock, type StockPair} from '../support/stockPair.ts';

/** A sparse layer of 4 filters of 3 × 3 and its stock counterpart. */
function pair(args: Partial<MaskedConv2dArgs> = {}, inputShape = [2, 6, 7, 3]): StockPair {
  const options = {
    filters: 4,
    kernelSize: 3,
    inputShape: inputShape.slice(1),
    biasInitializer: 'randomNormal' as const,
    ...args,
  };
  return {
    masked: maskedConv2d({...options, density: 0.4, seed: 1}),
    stock: tf.layers.conv2d(options),
    inputShape,
  };
}

const channelsFirst = [2, 3, 6, 7];

describeBackends('maskedConv2d', (backendName) => {
  const options: [string, StockPair][] = [
    ['by default', pair()],
    ["with padding 'same'", pair({padding: 'same'})],
    ["with stride 2 and padding 'same'", pair({strides: 2, padding: 'same'})],
    ['with stride 2', pair({strides: 2})],
    ['with different strides', pair({strides: [1, 3]})],
    ['with a kernel of 1 × 2', pair({kernelSize: [1, 2]})],
    ['with a kernel of 1 × 1', pair({kernelSize: 1})],
    ['with relu', pair({activation: 'relu'})],
    ['with softmax', pair({activation: 'softmax'})],
    ['without a bias', pair({useBias: false})],
    ['with constant weights', pair({kernelInitializer: tf.initializers.constant({value: 0.5})})],
    ['with regularizers', pair({kernelRegularizer: tf.regularizers.l1l2({l1: 0.1}), biasRegularizer: 'l1l2'})],
    ['with channels first', pair({dataFormat: 'channelsFirst'}, channelsFirst)],
    [
      'with channels first and stride 2',
      pair({dataFormat: 'channelsFirst', strides: 2, padding: 'same'}, channelsFirst),
    ],
    ['with channels first and softmax', pair({dataFormat: 'channelsFirst', activation: 'softmax'}, channelsFirst)],
    ['of one channel and one filter', pair({filters: 1}, [2, 5, 5, 1])],
    [
      'inside TimeDistributed',
      {
        ...pair({inputShape: undefined}),
        inputShape: [2, 3, 5, 4, 3],
        build: (layer) => tf.sequential({layers: [tf.layers.timeDistributed({layer, inputShape: [3, 5, 4, 3]})]}),
      },
    ],
    [
      'shared by two inputs',
      {
        ...pair({inputShape: undefined}),
        build: (layer) => {
          const inputs = [tf.input({shape: [6, 7, 3]}), tf.input({shape: [6, 7, 3]})];
          const outputs = inputs.map((input) => layer.apply(input) as tf.SymbolicTensor);
          return tf.model({inputs, outputs: tf.layers.concatenate().apply(outputs) as tf.SymbolicTensor});
        },
      },
    ],
  ];
  test.each(casesFor(backendName, options))('predicts and trains as the stock layer, %s', (_, stockPair) =>
    expectTrainsAsStock(stockPair));

  const dilations: [string, StockPair][] = [
    ['2', pair({dilationRate: 2})],
    ["2 and padding 'same'", pair({dilationRate: 2, padding: 'same'})],
    ['1 and 2', pair({dilationRate: [1, 2]})],
  ];
  test.each(casesFor(backendName, dilations, 1))('predicts as the stock layer with a dilation of %s', (_, stockPair) =>
    expectTrainsAsStock({...stockPair, trains: false}));

  test('trains with dilations, where the stock layer cannot', async () => {
    const layer = maskedConv2d({
      filters: 3,
      kernelSize: 3,
      dilationRate: 2,
      inputShape: [8, 8, 2],
      density: 0.5,
      seed: 1,
    });
    const last = tf.layers.dense({units: 1, kernelInitializer: tf.initializers.glorotUniform({seed: 1})});
    const model = tf.sequential({layers: [layer, tf.layers.flatten(), last]});
    const optimizer = tf.train.sgd(0.02);
    model.compile({optimizer, loss: 'meanSquaredError'});
    const [x, y] = tf.tidy(() => [
      tf.randomNormal([4, 8, 8, 2], 0, 1, 'float32', 1),
      tf.tensor2d([[1], [2], [0], [-1]]),
    ]);
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) losses.push((await model.trainOnBatch(x, y)) as number);
    expect(losses[3]).toBeLessThan(losses[0]);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
  });
});

describe('maskedConv2d', () => {
  test('must know the channels of its input', () => {
    const layer = maskedConv2d({filters: 2, kernelSize: 3, density: 0.5});
    expect(() => layer.apply(tf.input({shape: [8, 8, null]}))).toThrow(
      new Error(
        'MaskedConv2d: the channel dimension of the input must be known, received [,8,8,]. Give the layer an inputShape.',
      ),
    );
  });

  test('has the output shape of the stock layer', () => {
    const args = {filters: 5, kernelSize: [3, 2] as [number, number], strides: 2, padding: 'same' as const};
    expect(maskedConv2d({...args, density: 0.5}).computeOutputShape([null, 9, 8, 3])).toEqual(
      tf.layers.conv2d(args).computeOutputShape([null, 9, 8, 3]),
    );
  });

  test('refuses strides and dilations together, as the stock layer does', () => {
    const args = {filters: 2, kernelSize: 3, strides: 2, dilationRate: 2, inputShape: [9, 9, 1], density: 0.5};
    const model = tf.sequential({layers: [maskedConv2d(args)]});
    expect(() => model.predict(tf.zeros([1, 9, 9, 1]))).toThrow('strides or dilations must be 1');
    model.dispose();
  });
});
