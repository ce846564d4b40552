import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {StockConv2D, StockDense} from '../../src/layers/stockLayers.ts';

await tf.setBackend('cpu');

test('stock layers get the automatic names that they would get without this library', () => {
  expect(tf.layers.dense({units: 1}).name).toBe('dense_Dense1');
  expect(tf.layers.conv2d({filters: 1, kernelSize: 1}).name).toBe('conv2d_Conv2D1');
});

test('the stock classes are those of tfjs', () => {
  expect(tf.layers.dense({units: 1})).toBeInstanceOf(StockDense);
  expect(tf.layers.conv2d({filters: 1, kernelSize: 1})).toBeInstanceOf(StockConv2D);
  expect([StockDense.className, StockConv2D.className]).toEqual(['Dense', 'Conv2D']);
});
