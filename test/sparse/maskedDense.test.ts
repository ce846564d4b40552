import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {type MaskedDenseArgs, maskedDense} from '../../src/sparse/maskedDense.ts';
import {casesFor, describeBackends} from '../support/backends.ts';
import {expectTrainsAsStock, type StockPair} from '../support/stockPair.ts';

/** A sparse layer of 4 units and its stock counterpart. */
function pair(args: Partial<MaskedDenseArgs> = {}, inputShape = [3, 5]): StockPair {
  const options = {units: 4, inputShape: inputShape.slice(1), biasInitializer: 'randomNormal' as const, ...args};
  return {
    masked: maskedDense({...options, density: 0.5, seed: 1}),
    stock: tf.layers.dense(options),
    inputShape,
  };
}

describeBackends('maskedDense', (backendName) => {
  const options: [string, StockPair][] = [
    ['by default', pair()],
    ['with relu', pair({activation: 'relu'})],
    ['with softmax', pair({activation: 'softmax'})],
    ['with tanh', pair({activation: 'tanh'})],
    ['without a bias', pair({useBias: false})],
    ['with a constant bias', pair({biasInitializer: tf.initializers.constant({value: 0.5})})],
    ['with constant weights', pair({kernelInitializer: tf.initializers.constant({value: 0.5})})],
    ['with orthogonal weights', pair({kernelInitializer: tf.initializers.orthogonal({seed: 1})})],
    ['with a regularizer by name', pair({kernelRegularizer: 'l1l2'})],
    [
      'with an L1 and L2 regularizer of the kernel',
      pair({kernelRegularizer: tf.regularizers.l1l2({l1: 0.1, l2: 0.2})}),
    ],
    ['with an L2 regularizer of the bias', pair({biasRegularizer: tf.regularizers.l2({l2: 0.3})})],
    ['with inputDim', pair({inputShape: undefined, inputDim: 5})],
    ['with batchInputShape', pair({inputShape: undefined, batchInputShape: [3, 5]})],
    ['on sequences', pair({}, [2, 3, 5])],
    ['on images, with softmax over the channels', pair({activation: 'softmax'}, [2, 3, 2, 5])],
    ['of one unit', pair({units: 1})],
    ['of one input', pair({}, [3, 1])],
  ];
  test.each(casesFor(backendName, options))('predicts and trains as the stock layer, %s', (_, stockPair) =>
    expectTrainsAsStock(stockPair));

  const layers = (args: Partial<MaskedDenseArgs> = {}) => pair({...args, inputShape: undefined, name: 'inner'}, [3, 5]);

  const places: [string, StockPair][] = [
    [
      'in a functional model',
      {
        ...layers(),
        build: (layer) => {
          const input = tf.input({shape: [5]});
          const y = layer.apply(tf.layers.activation({activation: 'tanh'}).apply(input)) as tf.SymbolicTensor;
          return tf.model({
            inputs: input,
            outputs: tf.layers.activation({activation: 'relu'}).apply(y) as tf.SymbolicTensor,
          });
        },
      },
    ],
    [
      'in a nested model',
      {
        ...layers(),
        build: (layer) => {
          const inner = tf.sequential({layers: [tf.layers.activation({activation: 'tanh', inputShape: [5]}), layer]});
          return tf.sequential({layers: [inner, tf.layers.activation({activation: 'tanh'})]});
        },
      },
    ],
    [
      'in a nested model that is used twice',
      {
        ...layers({units: 5}),
        build: (layer) => {
          const inner = tf.sequential({layers: [tf.layers.activation({activation: 'tanh', inputShape: [5]}), layer]});
          const input = tf.input({shape: [5]});
          return tf.model({inputs: input, outputs: inner.apply(inner.apply(input)) as tf.SymbolicTensor});
        },
      },
    ],
    [
      'shared by two inputs',
      {
        ...layers(),
        build: (layer) => {
          const inputs = [tf.input({shape: [5]}), tf.input({shape: [5]})];
          const outputs = inputs.map((input) => layer.apply(input) as tf.SymbolicTensor);
          return tf.model({inputs, outputs: tf.layers.add().apply(outputs) as tf.SymbolicTensor});
        },
      },
    ],
    [
      'inside TimeDistributed',
      {
        ...layers(),
        inputShape: [2, 3, 5],
        build: (layer) => tf.sequential({layers: [tf.layers.timeDistributed({layer, inputShape: [3, 5]})]}),
      },
    ],
  ];
  test.each(casesFor(backendName, places, 1))('predicts and trains as the stock layer %s', (_, stockPair) =>
    expectTrainsAsStock(stockPair));

  test('takes integers', async () => {
    const layer = maskedDense({units: 2, inputShape: [3], density: 1, kernelInitializer: 'ones'});
    const model = tf.sequential({layers: [layer]});
    const y = tf.tidy(() => model.predict(tf.tensor2d([[1, 2, 3]], [1, 3], 'int32')) as tf.Tensor);
    expect([...(await y.data())]).toEqual([6, 6]);
    y.dispose();
    model.dispose();
  });
});

describe('maskedDense', () => {
  test('must know the size of its input', () => {
    const layer = maskedDense({units: 2, density: 0.5});
    expect(() => layer.apply(tf.input({shape: [4, null]}))).toThrow(
      new Error(
        'MaskedDense: the last dimension of the input must be known, received [,4,]. Give the layer an inputShape.',
      ),
    );
  });

  test('refuses an input of another width, as the stock layer does', () => {
    const layer = maskedDense({units: 2, density: 0.5, inputShape: [3]});
    const model = tf.sequential({layers: [layer]});
    expect(() => layer.apply(tf.zeros([1, 4]))).toThrow('expected axis -1 of input shape to have value 3');
    model.dispose();
  });

  test('refuses units that the stock layer refuses', () => {
    expect(() => maskedDense({units: -1, density: 0.5})).toThrow('units');
  });
});
