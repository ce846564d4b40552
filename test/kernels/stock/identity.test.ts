import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';
import {describeBackends} from '../../support/backends.ts';
import {awkwardTensor, boolTensor, expectEqualAndFast, expectLeftToStock, intTensor} from './equalToStock.ts';

describeBackends('a clone', () => {
  test('equals the one of the stock kernel', () => {
    for (const tensor of [awkwardTensor, intTensor, boolTensor]) {
      expectEqualAndFast('Identity', () => tf.clone(tensor([3, 4], 1)));
    }
    expectLeftToStock('Identity', () => tf.clone(tf.tensor1d([])));
  });

  test('shares its numbers, and outlives the tensor it was made from', () => {
    const restore = accelerateTfjs();
    const x = tf.tensor1d([1, 2, 3]);
    const {numDataBuffers} = tf.memory();
    const clone = tf.clone(x);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers);
    x.dispose();
    const others = [tf.tensor1d([4, 5, 6]), tf.tensor1d([7, 8, 9])];
    expect([...clone.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([clone, ...others]);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers - 1);
    restore();
  });

  test('keeps its numbers when a variable made from the same tensor is assigned to', () => {
    const restore = accelerateTfjs();
    const variable = tf.tidy(() => tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2])));
    const clone = tf.clone(variable);
    const product = () => tf.tidy(() => [...tf.matMul(tf.eye(2), variable as unknown as tf.Tensor2D).dataSync()]);
    expect(product()).toEqual([1, 2, 3, 4]);
    tf.tidy(() => variable.assign(tf.tensor2d([5, 6, 7, 8], [2, 2])));
    expect(product()).toEqual([5, 6, 7, 8]);
    expect([...clone.dataSync()]).toEqual([1, 2, 3, 4]);
    tf.dispose([variable, clone]);
    restore();
  });
}, ['wasm']);
