import * as tf from '@tensorflow/tfjs';
import {explain, maskedDense, RigLScheduler, replayable, SETScheduler, sparseWeights} from 'itop';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {ThreadFailure, ThreadPool} from '../../src/fused/threadPool.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {expectSameTraining, type Loss} from '../support/fusedTraining.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {someData} from '../support/training.ts';

type Layers = () => tf.layers.Layer[];

function chain(layers: Layers): () => tf.LayersModel {
  return () => tf.sequential({layers: [tf.layers.inputLayer({inputShape: [12]}), ...layers()]});
}

const hidden = (options: object = {}) =>
  maskedDense({units: 16, density: 0.4, activation: 'relu', seed: 1, ...options});
const output = (options: object = {}) =>
  maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 2, ...options});

const mlp = chain(() => [hidden(), hidden({units: 10, seed: 3}), output()]);

const optimizers: readonly [string, () => tf.Optimizer][] = [
  ['SGD', () => tf.train.sgd(0.1)],
  ['momentum', () => tf.train.momentum(0.05, 0.9)],
  ['Nesterov momentum', () => tf.train.momentum(0.05, 0.9, true)],
  // A small ε would make steps of rounding errors once the gradients are as small.
  ['Adam', () => tf.train.adam(0.01, 0.9, 0.999, 1e-3)],
  ['RMSProp', () => tf.train.rmsprop(0.003, 0.9, 0.5, 1e-3)],
];

const stacks: readonly [string, () => tf.LayersModel][] = [
  [
    'a stock dense layer among sparse ones',
    chain(() => [
      hidden(),
      tf.layers.dense({units: 9, activation: 'relu', kernelInitializer: tf.initializers.heNormal({seed: 4})}),
      output(),
    ]),
  ],
  ['sigmoid and tanh', chain(() => [hidden({activation: 'sigmoid'}), hidden({activation: 'tanh', seed: 3}), output()])],
  ['layers without bias', chain(() => [hidden({useBias: false}), output({useBias: false})])],
  [
    'activations as layers',
    chain(() => [
      hidden({activation: 'linear'}),
      tf.layers.reLU(),
      hidden({activation: 'linear', seed: 3}),
      tf.layers.leakyReLU({alpha: 0.1}),
      hidden({activation: 'linear', seed: 4}),
      tf.layers.activation({activation: 'tanh'}),
      output({activation: 'linear'}),
      tf.layers.softmax(),
    ]),
  ],
  [
    'an activation on top of another',
    chain(() => [
      hidden(),
      tf.layers.activation({activation: 'sigmoid'}),
      tf.layers.activation({activation: 'tanh'}),
      output(),
    ]),
  ],
  [
    'flatten and reshape',
    () =>
      tf.sequential({
        layers: [
          tf.layers.reshape({targetShape: [3, 4], inputShape: [12]}),
          tf.layers.flatten(),
          hidden(),
          tf.layers.reshape({targetShape: [4, 4]}),
          tf.layers.flatten(),
          output(),
        ],
      }),
  ],
  [
    'penalties',
    chain(() => [
      hidden({kernelRegularizer: tf.regularizers.l2({l2: 0.01}), biasRegularizer: tf.regularizers.l1({l1: 0.01})}),
      output({kernelRegularizer: tf.regularizers.l1l2({l1: 0.001, l2: 0.01})}),
    ]),
  ],
  ['residual connections', residual],
  ['models one behind the other', autoencoder],
  ['a model that is a residual block', () => blocks()],
  [
    'a frozen model',
    () => {
      const model = blocks();
      model.layers[2].trainable = false;
      return model;
    },
  ],
  [
    'a frozen layer',
    () => {
      const model = mlp();
      model.layers[2].trainable = false;
      return model;
    },
  ],
];

function labelsOnly(): tf.Tensor2D {
  const {x, y} = someData(37);
  x.dispose();
  return y;
}

function residual(): tf.LayersModel {
  const input = tf.input({shape: [12]});
  const first = hidden().apply(input) as tf.SymbolicTensor;
  const second = hidden({seed: 3, activation: 'linear'}).apply(first) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([first, second]) as tf.SymbolicTensor;
  const third = tf.layers.reLU().apply(sum) as tf.SymbolicTensor;
  const fourth = hidden({seed: 5, activation: 'tanh'}).apply(third) as tf.SymbolicTensor;
  const all = tf.layers.add().apply([third, fourth, first]) as tf.SymbolicTensor;
  return tf.model({inputs: input, outputs: output().apply(all) as tf.SymbolicTensor});
}

function autoencoder(): tf.LayersModel {
  const encoder = chain(() => [
    hidden(),
    hidden({units: 6, seed: 3, kernelRegularizer: tf.regularizers.l2({l2: 0.01})}),
  ])();
  const regularized = {kernelRegularizer: tf.regularizers.l1l2({l1: 0.001, l2: 0.01})};
  const decoder = tf.sequential({
    layers: [tf.layers.inputLayer({inputShape: [6]}), hidden({seed: 4, ...regularized}), output(regularized)],
  });
  const input = tf.input({shape: [12]});
  return tf.model({inputs: input, outputs: decoder.apply(encoder.apply(input)) as tf.SymbolicTensor});
}

/** A layer, a model whose input and output several layers read, a model that gives back its input, and a Sequential. */
function blocks(): tf.LayersModel {
  const apply = (layer: tf.layers.Layer, of: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(of) as tf.SymbolicTensor;
  const within = tf.input({shape: [16]});
  const normalized = apply(tf.layers.batchNormalization({momentum: 0.9}), apply(hidden({seed: 3}), within));
  const block = tf.model({inputs: within, outputs: apply(tf.layers.add(), [within, normalized])});
  const nothing = tf.input({shape: [16]});
  const same = tf.model({inputs: nothing, outputs: nothing});
  const input = tf.input({shape: [12]});
  const first = apply(hidden(), input);
  const second = apply(block, first);
  const both = apply(tf.layers.add(), [apply(same, second), apply(tf.layers.reLU(), second), first]);
  const end = tf.sequential({layers: [tf.layers.inputLayer({inputShape: [16]}), hidden({seed: 5}), output()]});
  return tf.model({inputs: input, outputs: apply(end, both)});
}

type LossCase = readonly [name: string, layers: Layers, loss: Loss, labels: () => tf.Tensor2D];

const losses: readonly LossCase[] = [
  ['the categorical cross-entropy', () => [hidden(), output()], 'categoricalCrossentropy', labelsOnly],
  [
    'sparse labels',
    () => [hidden(), output()],
    'sparseCategoricalCrossentropy',
    () => tf.tidy(() => labelsOnly().argMax(1).reshape([37, 1]).cast('float32')),
  ],
  ['the mean squared error', () => [hidden(), output({activation: 'linear'})], 'meanSquaredError', labelsOnly],
  ['the binary cross-entropy', () => [hidden(), output({activation: 'sigmoid'})], 'binaryCrossentropy', labelsOnly],
  [
    'a loss of one’s own',
    () => [hidden(), output({activation: 'linear'})],
    replayable((target, z) => tf.losses.softmaxCrossEntropy(target, z)),
    labelsOnly,
  ],
];

/** Losses, targets and ends of a network that have a loop, or have none, each by itself but not together. */
const otherLosses: readonly LossCase[] = [
  [
    'the mean squared error of integers',
    () => [hidden(), output({activation: 'linear'})],
    'meanSquaredError',
    () => tf.tidy(() => labelsOnly().cast('int32')),
  ],
  ['the logarithm of the hyperbolic cosine', () => [hidden(), output({activation: 'linear'})], 'logcosh', labelsOnly],
  ['the mean squared error of a softmax', () => [hidden(), output()], 'meanSquaredError', labelsOnly],
  [
    'the cross-entropy of sigmoids',
    () => [hidden(), output({activation: 'sigmoid'})],
    'categoricalCrossentropy',
    labelsOnly,
  ],
];

const combinations = optimizers.flatMap(([optimizer, make]) =>
  losses.map(([name, layers, loss, labels]) => ({optimizer, make, name, layers, loss, labels})),
);

describeBackends('over 500 steps the fused step trains as tfjs does', () => {
  afterEach(() => void installFusedStep());

  test.each(combinations)('with $optimizer and $name', async ({make, layers, loss, labels}) => {
    const data = () => {
      const {x, y} = someData(37);
      y.dispose();
      return {x, y: labels()};
    };
    await expectSameTraining(chain(layers), make, loss, 500, 1e-3, data);
  });

  test('with all layers of a chain', async () => {
    const normalised = (seed: number) => [
      hidden({activation: 'linear', useBias: false, seed}),
      tf.layers.batchNormalization({momentum: 0.9}),
    ];
    const all = chain(() => [
      ...normalised(3),
      tf.layers.leakyReLU({alpha: 0.1}),
      ...normalised(4),
      tf.layers.activation({activation: 'tanh'}),
      hidden({activation: 'sigmoid', kernelRegularizer: tf.regularizers.l1l2({l1: 1e-4, l2: 1e-3}), seed: 5}),
      output(),
    ]);
    await expectSameTraining(all, () => tf.train.momentum(0.02, 0.9, true), 'categoricalCrossentropy', 500, 1e-3);
  });
}, ['cpu']);

describeBackends('the fused step trains as tfjs does', () => {
  afterEach(() => void installFusedStep());

  test.each(stacks)('with %s', async (_, build) => {
    await expectSameTraining(build, () => tf.train.momentum(0.05, 0.9), 'categoricalCrossentropy', 20);
  });

  test.each(otherLosses)('with %s', async (_, layers, loss, labels) => {
    const data = () => {
      const {x, y} = someData(37);
      y.dispose();
      return {x, y: labels()};
    };
    await expectSameTraining(chain(layers), () => tf.train.momentum(0.05, 0.9), loss, 20, 1e-4, data);
  });

  test.each([1, 3, 32, 33, 100])('with batches of %i', async (batch) => {
    await expectSameTraining(
      mlp,
      () => tf.train.sgd(0.05),
      'categoricalCrossentropy',
      5,
      1e-4,
      () => someData(batch),
    );
  });

  test.each([1, 3, 32, 33, 100])('with all connections, in batches of %i', async (batch) => {
    await expectSameTraining(
      chain(() => [hidden({units: 75, density: 1}), hidden({units: 70, density: 1, seed: 3}), output({density: 1})]),
      () => tf.train.sgd(0.05),
      'categoricalCrossentropy',
      5,
      1e-4,
      () => someData(batch),
    );
  });
}, ['cpu', 'wasm']);

describeBackends('the fused step', () => {
  test('leaves nothing behind where the loss throws', async () => {
    const {x, y} = someData();
    // Of a softmax tfjs would keep the output, for a gradient that never comes.
    const model = chain(() => [hidden(), output({activation: 'linear'})])();
    const optimizer = tf.train.sgd(0.05);
    const loss = replayable(() => {
      throw new Error('no loss');
    });
    model.compile({optimizer, loss, metrics: ['mse', 'accuracy']});
    const {numTensors} = tf.memory();
    await expect(model.trainOnBatch(x, y)).rejects.toThrow('no loss');
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([x, y]);
    model.dispose();
    disposeOptimizer(optimizer);
  });

  test('serves fit with shuffling, validation and a smaller last batch, and leaves no tensor behind', async () => {
    const {x, y} = someData(50);
    const model = mlp();
    const optimizer = tf.train.momentum(0.05, 0.9);
    model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
    await model.fit(x, y, {batchSize: 16, epochs: 1, verbose: 0});
    const before = tf.memory().numTensors;
    const {history} = await model.fit(x, y, {batchSize: 16, epochs: 30, verbose: 0, validationData: [x, y]});
    expect(tf.memory().numTensors).toBe(before);
    expect(history.loss[29] as number).toBeLessThan(0.7 * (history.loss[0] as number));
    expect(history.val_acc[29] as number).toBeGreaterThan(0.6);
    tf.dispose([x, y]);
    model.dispose();
    disposeOptimizer(optimizer);
  });

  test('has fit take its batches by the fast gather, and only for as long as it runs', async () => {
    const gather = () => tf.getKernel('GatherV2', tf.getBackend());
    const before = gather();
    const {x, y} = someData(8);
    const model = mlp();
    const optimizer = tf.train.sgd(0.1);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    let during = before;
    const onBatchEnd = async () => {
      during = gather();
    };
    await model.fit(x, y, {verbose: 0, callbacks: {onBatchEnd}});
    expect(during).not.toBe(before);
    expect(gather()).toBe(before);
    await expect(model.fit(x, x, {verbose: 0})).rejects.toThrow();
    expect(gather()).toBe(before);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
  });

  test('has evaluate take its batches by the fast gather, and only for as long as it runs', () => {
    const gather = () => tf.getKernel('GatherV2', tf.getBackend());
    const before = gather();
    const {x, y} = someData(8);
    const model = mlp();
    const optimizer = tf.train.sgd(0.1);
    let during = before;
    const metric = (target: tf.Tensor, output: tf.Tensor) => {
      during = gather();
      return tf.metrics.categoricalAccuracy(target, output);
    };
    model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: [metric]});
    tf.dispose(model.evaluate(x, y));
    expect(during).not.toBe(before);
    expect(gather()).toBe(before);
    expect(() => model.evaluate(x, x)).toThrow();
    expect(gather()).toBe(before);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
  });

  test('goes on from weights that were set from outside, and from another learning rate', async () => {
    const run = async (isFused: boolean) => {
      const stock = installFusedStep();
      if (!isFused) stock();
      const {x, y} = someData(20);
      const model = mlp();
      const optimizer = tf.train.momentum(0.05, 0.9);
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
      const weight = model.trainableWeights[0].read() as tf.Variable;
      tf.tidy(() => weight.assign(weight.mul(2)));
      (optimizer as unknown as {setLearningRate?(rate: number): void}).setLearningRate?.(0.01);
      const loss = await model.trainOnBatch(x, y);
      const after = await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
      model.dispose();
      disposeOptimizer(optimizer);
      return [loss, after] as number[];
    };
    const fused = await run(true);
    expectClose(fused, await run(false));
    installFusedStep();
  });

  test('gives variables new tensors, so that a copy taken before a step does not change', async () => {
    const {x, y} = someData(20);
    const model = mlp();
    const optimizer = tf.train.sgd(0.1);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    await model.trainOnBatch(x, y);
    const variable = model.trainableWeights[0].read() as tf.Variable;
    const copy = variable.clone();
    const before = [...copy.dataSync()];
    await model.trainOnBatch(x, y);
    expect([...copy.dataSync()]).toEqual(before);
    expect([...variable.dataSync()]).not.toEqual(before);
    tf.dispose([x, y, copy]);
    model.dispose();
    optimizer.dispose();
  });

  test.each([
    ['SET', SETScheduler],
    ['RigL', RigLScheduler],
  ])('follows the topologies of %s', async (_, Scheduler) => {
    const run = async (isFused: boolean) => {
      const stock = installFusedStep();
      if (!isFused) stock();
      const {x, y} = someData(40);
      const model = mlp();
      const optimizer = tf.train.momentum(0.05, 0.9);
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      const scheduler = new Scheduler(model, {updateInterval: 5, dropFraction: 0.3, seed: 7});
      const losses: number[] = [];
      for (let step = 0; step < 40; step++) {
        losses.push((await model.trainOnBatch(x, y)) as number);
        await scheduler.step();
      }
      const positions = sparseWeights(model).map(({weight}) => [...weight.topology.positions()]);
      tf.dispose([x, y]);
      model.dispose();
      disposeOptimizer(optimizer);
      return {losses, positions};
    };
    const [fused, stock] = [await run(true), await run(false)];
    expectClose(fused.losses, stock.losses, 1e-4);
    expect(fused.positions).toEqual(stock.positions);
    installFusedStep();
  });

  test('follows layers that are frozen and set free by compiling again with the same optimizer', async () => {
    const {x, y} = someData(20);
    const model = mlp();
    const optimizer = tf.train.sgd(0.1);
    const kernel = () => [...(model.layers[2].weights[0].read().dataSync() as Float32Array)];
    const step = async (isTrainable: boolean) => {
      model.layers[2].trainable = isTrainable;
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      const before = kernel();
      await model.trainOnBatch(x, y);
      return before.some((value, i) => value !== kernel()[i]);
    };
    expect([await step(true), await step(false), await step(true)]).toEqual([true, false, true]);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
  });

  test('draws other masks for dropout with another seed, and the same with the same', async () => {
    const run = async (seed?: number) => {
      const {x, y} = someData(20);
      const model = chain(() => [hidden(), tf.layers.dropout({rate: 0.5, seed}), output()])();
      const optimizer = tf.train.sgd(0.1);
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      const losses = [await model.trainOnBatch(x, y), await model.trainOnBatch(x, y)];
      tf.dispose([x, y]);
      model.dispose();
      optimizer.dispose();
      return losses;
    };
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  test('leaves no loss or metric behind where a thread fails in the backward pass', async () => {
    const {x, y} = someData();
    const model = mlp();
    const optimizer = tf.train.sgd(0.1);
    model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
    await model.trainOnBatch(x, y);
    const {numTensors} = tf.memory();
    const {run} = ThreadPool.prototype;
    const runs = vi.spyOn(ThreadPool.prototype, 'run').mockImplementation(function (this: ThreadPool, program) {
      if (runs.mock.calls.length > 1) throw new ThreadFailure();
      run.call(this, program);
    });
    await expect(model.trainOnBatch(x, y)).rejects.toThrow(ThreadFailure);
    runs.mockRestore();
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([x, y]);
    model.dispose();
    disposeOptimizer(optimizer);
  });

  test('with dropout learns, drops the share it should, and leaves predictions alone', async () => {
    const {x, y} = someData(60);
    const model = chain(() => [hidden({units: 64}), tf.layers.dropout({rate: 0.5}), output()])();
    const optimizer = tf.train.adam(0.02);
    model.compile({optimizer, loss: 'categoricalCrossentropy'});
    expect(explain(model).isFused).toBe(true);
    const losses: number[] = [];
    for (let step = 0; step < 150; step++) losses.push((await model.trainOnBatch(x, y)) as number);
    const evaluated = model.evaluate(x, y) as tf.Scalar;
    // Without dropout the loss is lower than with it, on average over masks, and both are far below where they began.
    const withDropout = losses.slice(-50).reduce((sum, loss) => sum + loss, 0) / 50;
    expect(evaluated.dataSync()[0]).toBeLessThan(withDropout);
    expect(withDropout).toBeLessThan(0.7 * losses[0]);
    tf.dispose([x, y, evaluated]);
    model.dispose();
    disposeOptimizer(optimizer);
  });
}, ['cpu', 'wasm']);

describe('explain', () => {
  const compiled = (model: tf.LayersModel, optimizer: tf.Optimizer = tf.train.sgd(0.1)) => {
    model.compile({optimizer, loss: 'meanSquaredError'});
    return model;
  };
  const cases: readonly [string, () => tf.LayersModel, string][] = [
    [
      'a model without sparse layers',
      () => compiled(chain(() => [tf.layers.dense({units: 2})])()),
      'the model has no sparse layer',
    ],
    ['a model that is not compiled', mlp, 'the model is not compiled'],
    ['an unknown optimizer', () => compiled(mlp(), tf.train.adagrad(0.1)), 'the optimizer is Adagrad'],
    [
      'centered RMSProp',
      () => compiled(mlp(), tf.train.rmsprop(0.1, 0.9, 0, 1e-8, true)),
      'the optimizer is a centered RMSProp',
    ],
    [
      'an unknown layer',
      () => compiled(chain(() => [hidden(), tf.layers.gaussianNoise({stddev: 1, name: 'noise'}), output()])()),
      'layer "noise" is a GaussianNoise',
    ],
    [
      'an unknown activation',
      () => compiled(chain(() => [hidden({activation: 'elu', name: 'odd'}), output()])()),
      'layer "odd" is a ItopMaskedDense with the activation elu',
    ],
  ];

  test.each(cases)('says why %s does not run fused', async (_, build, reason) => {
    await tf.setBackend('cpu');
    const model = build();
    expect(explain(model)).toEqual({isFused: false, reason});
    model.dispose();
  });
});
