import * as tf from '@tensorflow/tfjs';
import {maskedDense} from 'itop';
import {afterEach, beforeEach, expect, type MockInstance, test, vi} from 'vitest';
import {installFusedStep} from '../../../src/fused/install.ts';
import {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {someNumbers} from '../../support/layer.ts';
import {disposeOptimizer} from '../../support/optimizers.ts';

const SAMPLES = 12;
const classes = Array.from({length: SAMPLES}, (_, i) => (i * i) % 3);

const network = (...first: tf.layers.Layer[]) =>
  tf.sequential({
    layers: [
      tf.layers.inputLayer({inputShape: [5]}),
      ...first,
      maskedDense({units: 8, density: 0.5, activation: 'relu', seed: 1}),
      maskedDense({units: 3, density: 0.6, activation: 'softmax', seed: 2}),
    ],
  });

/** Whole numbers, which every type of tensor can hold as they are; 0 and 1 for truth values. */
const wholeNumbers = (dtype: tf.DataType) =>
  Array.from(someNumbers(SAMPLES * 5, 1), (number) => (dtype === 'bool' ? Number(number > 0) : Math.round(3 * number)));

const inputOf = (dtype: tf.DataType) => tf.tensor2d(wholeNumbers(dtype), [SAMPLES, 5], dtype as 'float32');
const oneHot = () => tf.oneHot(tf.tensor1d(classes, 'int32'), 3) as tf.Tensor;

const inputs: readonly [string, () => tf.Tensor][] = [
  ['float32', () => inputOf('float32')],
  ['int32', () => inputOf('int32')],
  ['bool', () => inputOf('bool')],
  ['int32, cast', () => onDevice(inputOf('int32')).toFloat()],
  ['bool, cast', () => onDevice(inputOf('bool')).toFloat()],
  [
    'a slice of int32, cast',
    () =>
      onDevice(tf.concat([inputOf('int32'), inputOf('int32')]))
        .slice(0, SAMPLES)
        .toFloat(),
  ],
  [
    'int32, reshaped and cast',
    () =>
      onDevice(inputOf('int32'))
        .reshape([SAMPLES * 5])
        .toFloat()
        .reshape([SAMPLES, 5]),
  ],
];

const targets: readonly [string, string, () => tf.Tensor][] = [
  ['categoricalCrossentropy', 'float32', () => tf.add(tf.zeros([SAMPLES, 3]), oneHot())],
  ['categoricalCrossentropy', 'int32', oneHot],
  ['categoricalCrossentropy', 'int32, cast', () => oneHot().toFloat()],
  ['categoricalCrossentropy', 'bool', () => oneHot().toBool()],
  ['categoricalCrossentropy', 'bool, cast', () => oneHot().toBool().toFloat()],
  ['meanSquaredError', 'int32', oneHot],
  ['meanSquaredError', 'bool, cast to int32', () => oneHot().toBool().toInt()],
  ['binaryCrossentropy', 'bool', () => oneHot().toBool()],
  [
    'sparseCategoricalCrossentropy',
    'int32, cast',
    () => onDevice(tf.tensor2d(classes, [SAMPLES, 1], 'int32')).toFloat(),
  ],
];

const cases = [
  ...inputs.map(([name, x]) => ({
    name: `inputs of ${name}`,
    build: () => network(),
    x,
    y: targets[0][2],
    loss: 'categoricalCrossentropy',
  })),
  ...inputs.slice(1, 4).map(([name, x]) => ({
    name: `a first batch normalisation of ${name}`,
    build: () => network(tf.layers.batchNormalization()),
    x,
    y: targets[0][2],
    loss: 'meanSquaredError',
  })),
  ...targets.map(([loss, name, target]) => ({
    name: `targets of ${name} for ${loss}`,
    build: () => network(),
    x: inputs[0][1],
    y: target,
    loss,
  })),
];

describeBackends('the replayed step, with tensors of every type', () => {
  let replay: MockInstance<ReplayedStep['replay']>;
  beforeEach(() => {
    replay = vi.spyOn(ReplayedStep.prototype, 'replay');
  });
  afterEach(() => {
    installFusedStep();
    vi.restoreAllMocks();
  });

  test.each(cases)('gives what single ops give for $name', async ({build, x, y, loss}) => {
    const run = async (isReplayed: boolean) => {
      const stock = installFusedStep();
      if (!isReplayed) stock();
      const model = build();
      const optimizer = tf.train.momentum(0.05, 0.9);
      model.compile({optimizer, loss, metrics: ['accuracy']});
      const numbers: number[] = [];
      for (let step = 0; step < 5; step++) {
        const [input, target] = tf.tidy(() => [x(), y()]);
        numbers.push(...((await model.trainOnBatch(input, target)) as number[]));
        numbers.push(...(await numbersOf(() => model.evaluate(input, target) as tf.Scalar[])));
        numbers.push(...(await numbersOf(() => [model.predict(input) as tf.Tensor])));
        tf.dispose([input, target]);
      }
      model.dispose();
      disposeOptimizer(optimizer);
      return numbers;
    };
    const expected = await run(false);
    expect(replay).not.toHaveBeenCalled();
    const actual = await run(true);
    expect(replay.mock.calls.length).toBeGreaterThanOrEqual(8);
    expectClose(actual, expected, 1e-4);
  });

  test('goes on from weights that are set to integers, cast', async () => {
    const run = async (isReplayed: boolean) => {
      const stock = installFusedStep();
      if (!isReplayed) stock();
      const model = network();
      const optimizer = tf.train.sgd(0.05);
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      const [x, y] = tf.tidy(() => [inputOf('float32'), oneHot()]);
      const losses: number[] = [];
      for (let step = 0; step < 9; step++) {
        losses.push((await model.trainOnBatch(x, y)) as number);
        if (step % 3 !== 2) continue;
        tf.tidy(() => {
          for (const weight of model.trainableWeights) {
            const values = onDevice(
              tf.tensor(Array.from(someNumbers(weight.shape[0]!, step), Math.round), weight.shape as number[], 'int32'),
            );
            weight.write(values.toFloat());
          }
        });
      }
      model.dispose();
      optimizer.dispose();
      tf.dispose([x, y]);
      return losses;
    };
    const expected = await run(false);
    const actual = await run(true);
    expect(replay).toHaveBeenCalledTimes(7);
    expectClose(actual, expected, 1e-4);
  });
}, ['webgpu']);

/** The same tensor, uploaded. */
function onDevice(tensor: tf.Tensor): tf.Tensor {
  (tf.backend() as unknown as {uploadToGPU(dataId: object): void}).uploadToGPU(tensor.dataId);
  return tensor;
}

async function numbersOf(compute: () => tf.Tensor[]): Promise<number[]> {
  const tensors = tf.tidy(() => compute());
  const numbers = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return numbers.flatMap((data) => [...data]);
}
