import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {stockLoss} from '../../src/fused/lossFunctions.ts';
import {elementwiseLosses, softmaxLosses} from '../../src/fused/lossLoops.ts';
import {maskedDense} from '../../src/sparse/maskedDense.ts';
import {expectClose} from '../support/close.ts';

const {categoricalCrossentropy, sparseCategoricalCrossentropy} = softmaxLosses;

/** Loss and gradient by tfjs. @param weights  of the samples */
function expected(name: string, z: Float32Array, targets: number[], batch: number, weights?: number[]) {
  return tf.tidy(() => {
    const shape: [number, number] = [batch, z.length / batch];
    const head = name in softmaxLosses ? (z: tf.Tensor) => tf.softmax(z) : (z: tf.Tensor) => z;
    const target = tf.tensor2d(targets, [batch, targets.length / batch]);
    const {value, grad} = tf.valueAndGrad((z: tf.Tensor) =>
      tf.mean(tf.mul(stockLoss(name)(target, head(z)), weights ?? 1)),
    )(tf.tensor2d(z, shape));
    return [value.dataSync()[0], ...grad.dataSync()];
  });
}

const number = (min: number, max: number) => fc.double({min, max, noNaN: true}).map(Math.fround);
const label = fc.oneof(
  fc.integer({min: -1, max: 3}),
  fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32),
);

/** Outputs before the head, targets of a sample, and how far tfjs's float32 may be off. */
const cases = [
  {name: 'categoricalCrossentropy', z: number(-12, 12), target: fc.tuple(number(0, 1), number(0, 1), number(0, 1))},
  {name: 'sparseCategoricalCrossentropy', z: number(-12, 12), target: fc.tuple(label)},
  {name: 'meanSquaredError', z: number(-3, 3), target: fc.tuple(number(-3, 3), number(-3, 3), number(-3, 3))},
  {name: 'meanAbsoluteError', z: number(-3, 3), target: fc.tuple(number(-3, 3), number(-3, 3), number(-3, 3))},
  {name: 'binaryCrossentropy', z: number(-0.1, 1.1), target: fc.tuple(number(0, 1), number(0, 1), number(0, 1))},
];

describe('losses by loops', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('are all compared with those of tfjs below', () => {
    expect(cases.map(({name}) => name)).toEqual([...Object.keys(softmaxLosses), ...Object.keys(elementwiseLosses)]);
  });

  it.each(cases)('$name equals that of tfjs, and so does its gradient', ({name, z, target}) => {
    const loop = {...softmaxLosses, ...elementwiseLosses}[name];
    const samples = fc.array(fc.tuple(fc.tuple(z, z, z), target, number(-1, 4)), {minLength: 1, maxLength: 5});
    fc.assert(
      fc.property(samples, fc.boolean(), (samples, isWeighted) => {
        const outputs = Float32Array.from(samples.flatMap(([z]) => z));
        const targets = samples.flatMap(([, target]) => target);
        const weights = isWeighted ? samples.map(([, , weight]) => weight) : undefined;
        const {loss, gradient} = loop(outputs, Float32Array.from(targets), samples.length, weights);
        expectClose([loss, ...gradient], expected(name, outputs, targets, samples.length, weights), 2e-5);
      }),
      {seed: 1, numRuns: 300},
    );
  });

  it('of cross-entropy give the loss and its gradient for two classes by hand', () => {
    // p = (1/2, 1/2) and the target is the first class: −ln 1/2, p − t.
    for (const {loss, output, gradient} of [
      categoricalCrossentropy(Float32Array.of(3, 3), [1, 0], 1),
      sparseCategoricalCrossentropy(Float32Array.of(3, 3), [0], 1),
    ]) {
      expect(loss).toBeCloseTo(Math.LN2, 7);
      expect([...output]).toEqual([0.5, 0.5]);
      expect([...gradient]).toEqual([-0.5, 0.5]);
    }
  });

  it('number by number give what can be reckoned by hand', () => {
    const [y, t] = [Float32Array.of(0.5, 0.25), [1, 0]];
    const {meanSquaredError, meanAbsoluteError, binaryCrossentropy} = elementwiseLosses;
    expect(meanSquaredError(y, t, 1)).toEqual({loss: 0.15625, output: y, gradient: Float32Array.of(-0.5, 0.25)});
    expect(meanAbsoluteError(y, t, 1)).toEqual({loss: 0.375, output: y, gradient: Float32Array.of(-0.5, 0.5)});
    const {loss, gradient} = binaryCrossentropy(y, t, 1);
    expect(loss).toBeCloseTo(-Math.log(0.5 * 0.75) / 2, 7);
    expect([...gradient]).toEqual([-1, Math.fround(2 / 3)]);
  });

  it('pass no gradient through a probability that tfjs clips', () => {
    const z = Float32Array.of(40, 0, 0);
    const {loss, gradient} = categoricalCrossentropy(z, [0, 1, 0], 1);
    expectClose([loss, ...gradient], expected('categoricalCrossentropy', z, [0, 1, 0], 1));
    expect([...gradient]).toEqual([0, 0, 0]);
    const certain = elementwiseLosses.binaryCrossentropy(Float32Array.of(0, 1, 1), [1, 1, 0], 3);
    expectClose(
      [certain.loss, ...certain.gradient],
      expected('binaryCrossentropy', Float32Array.of(0, 1, 1), [1, 1, 0], 3),
    );
    expect([...certain.gradient]).toEqual([0, 0, 0]);
  });

  it('are left to tfjs for labels of a single class, which it refuses', async () => {
    const model = tf.sequential({
      layers: [maskedDense({units: 1, inputShape: [3], density: 1, activation: 'softmax'})],
    });
    model.compile({optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy'});
    await expect(model.trainOnBatch(tf.zeros([5, 3]), tf.zeros([5, 1]))).rejects.toThrow('depth must be >=2');
  });

  it('are not finite where an output is not', () => {
    for (const [name, loop] of Object.entries({...softmaxLosses, ...elementwiseLosses})) {
      const {loss} = loop(Float32Array.of(Number.NaN, 0.5), [1, 0], 1);
      expect(loss, name).toBeNaN();
    }
  });
});
