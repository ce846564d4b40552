import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';
import {
  disposeOptimizer,
  MapMomentum,
  OwnMomentum,
  OwnOptimizer,
  SignDescent,
  stockOptimizers,
  Wrapper,
} from '../support/optimizers.ts';

await tf.setBackend('cpu');

describe('slotsOf', () => {
  let w: tf.Variable;
  let other: tf.Variable;
  let before: number;

  beforeEach(() => {
    before = tf.memory().numTensors;
    [other, w] = tf.tidy(() => [tf.variable(tf.tensor2d([[5, 6]])), tf.variable(tf.tensor1d([1, 2, 3]))]);
  });

  afterEach(() => {
    tf.dispose([w, other]);
    expect(tf.memory().numTensors).toBe(before);
  });

  function train(optimizer: tf.Optimizer): void {
    tf.tidy(() => {
      optimizer.minimize(() => tf.add(w.mul([1, 10, 100]).sum(), other.square().sum()));
    });
  }

  test.each(stockOptimizers)('are $slots of $name, none before its first step', ({make, slots, initialValue}) => {
    const optimizer = make();
    expect(slotsOf(optimizer, w.name)).toEqual([]);
    train(optimizer);
    const found = slotsOf(optimizer, w.name);
    expect(found.map(({variable}) => variable.shape)).toEqual(Array(slots).fill([3]));
    expect(found.map((slot) => slot.initialValue)).toEqual(Array(slots).fill(initialValue));
    expect(new Set(found.map(({variable}) => variable)).size).toBe(slots);
    expect(slotsOf(optimizer, 'no such variable')).toEqual([]);
    disposeOptimizer(optimizer);
  });

  test('are those that the optimizer goes on with', () => {
    // Two steps of gradient (1, 10, 100) with momentum 0.9; between them the momentum is set to 0 for the second weight.
    const optimizer = tf.train.momentum(1, 0.9);
    train(optimizer);
    const [slot] = slotsOf(optimizer, w.name);
    expect([...slot.variable.dataSync()]).toEqual([1, 10, 100]);
    tf.tidy(() => slot.variable.assign(tf.tensor1d([1, 0, 100])));
    train(optimizer);
    expect([...slot.variable.dataSync()].map((value) => Math.round(value * 10) / 10)).toEqual([1.9, 10, 190]);
    disposeOptimizer(optimizer);
  });

  test('tell a variable from one whose name begins alike', () => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    const [short, long] = tf.tidy(() =>
      ['begins/values', 'begins/values/alike'].map((name) => tf.variable(tf.zeros([2]), true, name)),
    );
    optimizer.minimize(() => tf.add(short.sum(), long.mul(3).sum()) as tf.Scalar, false, [short, long]);
    expect([...slotsOf(optimizer, 'begins/values')[0].variable.dataSync()]).toEqual([1, 1]);
    expect(slotsOf(optimizer, 'begins/values')).toHaveLength(1);
    tf.dispose([short, long]);
    disposeOptimizer(optimizer);
  });

  test('are known of an optimizer of one’s own that stores them as tfjs does', () => {
    const optimizer = new OwnMomentum();
    train(optimizer);
    expect(slotsOf(optimizer, w.name).map(({variable}) => [...variable.dataSync()])).toEqual([[1, 10, 100]]);
    disposeOptimizer(optimizer);
  });

  test('are known of an optimizer inside another one', () => {
    const inner = tf.train.adagrad(0.1, 0.5);
    const optimizer = new Wrapper(inner);
    train(optimizer);
    expect(slotsOf(optimizer, w.name)[0].variable).toBe(slotsOf(inner, w.name)[0].variable);
    expect(slotsOf(optimizer, w.name)[0].initialValue).toBe(0.5);
    disposeOptimizer(inner);
  });

  test('are none of an optimizer that keeps only numbers and scalars', () => {
    const optimizer = new SignDescent();
    train(optimizer);
    expect(slotsOf(optimizer, w.name)).toEqual([]);
    disposeOptimizer(optimizer);
  });

  test('are refused of an optimizer that keeps its tensors elsewhere', () => {
    const optimizer = new MapMomentum();
    train(optimizer);
    expect(() => slotsOf(optimizer, w.name)).toThrow(
      new Error(
        'carry: optimizer must keep its state in lists of {originalName, variable}, received OwnOptimizer with tensors in ' +
          '"velocities". Use an optimizer of tfjs, or store the state as they do.',
      ),
    );
    disposeOptimizer(optimizer);
  });

  test.each<[string, (tensor: tf.Tensor) => unknown]>([
    ['a list', (tensor) => [tensor]],
    ['an object', (tensor) => ({inside: {deeper: tensor}})],
    ['a set', (tensor) => new Set([tensor])],
    ['a field', (tensor) => tensor],
  ])('are refused in %s of tensors, also of a subclass of a stock optimizer', (_, hide) => {
    class Subclass extends tf.SGDOptimizer {
      hidden: unknown = null;
    }
    const optimizer = new Subclass(0.1);
    expect(slotsOf(optimizer, w.name)).toEqual([]);
    const tensor = tf.ones([3]);
    optimizer.hidden = hide(tensor);
    expect(() => slotsOf(optimizer, w.name)).toThrow('with tensors in "hidden"');
    tensor.dispose();
    disposeOptimizer(optimizer);
  });

  test('of an optimizer without fields are none', () => {
    class Nothing extends OwnOptimizer {
      protected override applyGradient(): void {}
    }
    expect(slotsOf(new Nothing(), w.name)).toEqual([]);
  });
});
