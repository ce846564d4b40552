import * as tf from '@tensorflow/tfjs';
import {explain, maskedConv2d, maskedDense, RigLScheduler, replayable, SETScheduler, setBreakEven} from 'itop';
import {expect, test, vi} from 'vitest';
import {installFusedStep} from '../../../src/fused/install.ts';
import {describeBackends, withoutErrorScope} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {bytesInUse, gpuBackend} from '../../support/gpuPrograms.ts';
import {type Batch, trainOnGpu} from '../../support/gpuTraining.ts';
import {someNumbers} from '../../support/layer.ts';
import {disposeOptimizer} from '../../support/optimizers.ts';
import {watchReplays} from '../../support/replays.ts';
import {positionsOf, someData} from '../../support/training.ts';

const hidden = (options: object = {}) =>
  maskedDense({units: 16, density: 0.4, activation: 'relu', seed: 1, ...options});
const output = (options: object = {}) =>
  maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 2, ...options});
const chain = (...layers: tf.layers.Layer[]) =>
  tf.sequential({layers: [tf.layers.inputLayer({inputShape: [12]}), ...layers]});

const mlp = () => chain(hidden(), hidden({units: 10, seed: 3}), output());

const residual = () => {
  const input = tf.input({shape: [7, 6, 2]});
  const conv = (seed: number, of: tf.SymbolicTensor, options: object = {}) =>
    maskedConv2d({filters: 5, kernelSize: 3, padding: 'same', density: 0.4, seed, ...options}).apply(
      of,
    ) as tf.SymbolicTensor;
  const normalized = tf.layers.batchNormalization({momentum: 0.8}).apply(conv(1, input)) as tf.SymbolicTensor;
  const first = tf.layers.reLU().apply(normalized) as tf.SymbolicTensor;
  const second = conv(2, first, {kernelRegularizer: tf.regularizers.l2({l2: 0.01}), activation: 'tanh'});
  const pooled = tf.layers
    .maxPooling2d({poolSize: 2})
    .apply(tf.layers.add().apply([first, second])) as tf.SymbolicTensor;
  const flat = tf.layers.flatten().apply(pooled) as tf.SymbolicTensor;
  return tf.model({inputs: input, outputs: output({density: 0.3}).apply(flat) as tf.SymbolicTensor});
};

/** Normalisations before a relu that others read, too, that has a bound, that is an Activation; one that is applied twice. */
const normalizations = () => {
  const input = tf.input({shape: [12]});
  const apply = (layer: tf.layers.Layer, of: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(of) as tf.SymbolicTensor;
  const linear = (seed: number) => hidden({activation: 'linear', useBias: false, seed});
  const first = apply(tf.layers.batchNormalization(), apply(linear(1), input));
  const second = apply(tf.layers.add(), [first, apply(tf.layers.reLU(), first)]);
  const bounded = apply(tf.layers.reLU({maxValue: 0.7}), apply(tf.layers.batchNormalization(), second));
  const third = apply(tf.layers.batchNormalization({momentum: 0.9}), apply(linear(2), bounded));
  const activated = apply(tf.layers.activation({activation: 'relu'}), third);
  const shared = tf.layers.batchNormalization({momentum: 0.5});
  const twice = apply(tf.layers.add(), [apply(shared, activated), apply(shared, apply(linear(3), activated))]);
  return tf.model({inputs: input, outputs: apply(output(), apply(tf.layers.reLU(), twice))});
};

/** A normalisation of images of two sizes, one over time, and dropout at rates that drop nothing. */
const reused = () => {
  const input = tf.input({shape: [7, 6, 2]});
  const apply = (layer: tf.layers.Layer, of: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(of) as tf.SymbolicTensor;
  const shared = tf.layers.batchNormalization();
  const pooled = apply(tf.layers.averagePooling2d({poolSize: 2}), input);
  const flat = [input, pooled].map((of) => apply(tf.layers.flatten(), apply(shared, of)));
  const both = apply(hidden(), apply(tf.layers.dropout({rate: 1}), apply(tf.layers.concatenate(), flat)));
  const inTime = apply(tf.layers.reshape({targetShape: [4, 4]}), apply(tf.layers.dropout({rate: 0}), both));
  const normalized = apply(tf.layers.timeDistributed({layer: tf.layers.batchNormalization()}), inTime);
  return tf.model({inputs: input, outputs: apply(output(), apply(tf.layers.flatten(), normalized))});
};

/** Stock convolutions under a sparse output. */
const stockConvolutions = () => {
  const initializers = {kernelInitializer: tf.initializers.glorotUniform({seed: 1})};
  const depthwise = {depthwiseInitializer: tf.initializers.glorotUniform({seed: 2})};
  return tf.sequential({
    layers: [
      tf.layers.conv2d({inputShape: [7, 6, 2], filters: 5, kernelSize: 3, activation: 'relu', ...initializers}),
      tf.layers.depthwiseConv2d({kernelSize: 3, padding: 'same', strides: 2, ...depthwise}),
      tf.layers.flatten(),
      output(),
    ],
  });
};

const twoOutputs = () => {
  const input = tf.input({shape: [12]});
  const both = hidden().apply(input) as tf.SymbolicTensor;
  const outputs = [4, 5].map((seed) => maskedDense({units: 4, density: 0.5, seed}).apply(both) as tf.SymbolicTensor);
  return tf.model({inputs: input, outputs});
};

const images = (): Batch => tf.tidy(() => ({x: tf.tensor4d(someNumbers(8 * 84, 1), [8, 7, 6, 2]), y: someData(8).y}));

const cases: readonly [string, () => tf.LayersModel, () => tf.Optimizer, () => Batch, object?][] = [
  ['SGD', mlp, () => tf.train.sgd(0.1), someData],
  ['momentum', mlp, () => tf.train.momentum(0.05, 0.9), someData],
  ['Nesterov momentum', mlp, () => tf.train.momentum(0.05, 0.9, true), someData],
  ['Adam', mlp, () => tf.train.adam(0.01), someData],
  ['RMSProp', mlp, () => tf.train.rmsprop(0.003, 0.9, 0.5, 1e-3), someData],
  ['a residual network', residual, () => tf.train.momentum(0.05, 0.9), images, {metrics: ['accuracy']}],
  ['stock convolutions', stockConvolutions, () => tf.train.momentum(0.05, 0.9), images],
  ['normalisations', normalizations, () => tf.train.sgd(0.05), someData],
  ['a normalisation of two shapes, and one over time', reused, () => tf.train.sgd(0.05), images],
  [
    'two outputs',
    twoOutputs,
    () => tf.train.adam(0.01),
    () => {
      const {x, y} = someData();
      return {x, y: [y, tf.sub(1, y)]};
    },
    {loss: 'meanSquaredError'},
  ],
];

describeBackends('the replayed training step', () => {
  const watched = watchReplays();

  test.each(
    cases,
  )('gives the losses, weights and slots of single ops: %s', async (_, build, optimizer, data, options) => {
    const batch = data();
    const expected = await trainOnGpu(false, build, optimizer(), batch, options);
    expect(watched.replay).not.toHaveBeenCalled();
    const actual = await trainOnGpu(true, build, optimizer(), batch, options);
    // A first step makes the slots if there are any, one what layers keep; the next is recorded.
    expect(watched.replay).toHaveBeenCalledTimes(actual.slots > 0 ? 3 : 4);
    expectClose(actual.losses.flat(), expected.losses.flat());
    expect(actual.slots).toBe(expected.slots);
    for (const [i, numbers] of actual.numbers.entries()) expectClose(numbers, expected.numbers[i], 1e-4);
    tf.dispose([batch.x, batch.y]);
  });

  test('has the gradients of stock filters computed by programs of the library', async () => {
    const run = vi.spyOn(gpuBackend(), 'runWebGPUProgram');
    const batch = images();
    await trainOnGpu(true, stockConvolutions, tf.train.sgd(0.1), batch);
    const programs = run.mock.calls.map(([{shaderKey}]) => shaderKey).join(' ');
    expect(programs).toMatch(/itop_filterGradient/);
    expect(programs).toMatch(/itop_depthwiseGradient3/);
    run.mockRestore();
    tf.dispose([batch.x, batch.y]);
  });

  /** A compiled model and a batch for it; `step` takes a step. */
  function trainee(
    build: () => tf.LayersModel = mlp,
    optimizer: tf.Optimizer = tf.train.sgd(0.1),
    loss: unknown = 'categoricalCrossentropy',
  ) {
    const model = build();
    model.compile({optimizer, loss: loss as string});
    const {x, y} = someData();
    return {
      model,
      optimizer,
      x,
      y,
      step: async () => (await model.trainOnBatch(x, y)) as number,
      async steps(count: number) {
        const losses: number[] = [];
        for (let step = 0; step < count; step++) losses.push((await model.trainOnBatch(x, y)) as number);
        return losses;
      },
      dispose() {
        model.dispose();
        disposeOptimizer(optimizer);
        tf.dispose([x, y]);
      },
    };
  }

  const replays = () => watched.replay.mock.calls.length;

  test.each([
    ['SET', SETScheduler],
    ['RigL', RigLScheduler],
  ] as const)('goes on after connectivity updates, by %s', async (_, Scheduler) => {
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const {model, step, dispose} = trainee(mlp, tf.train.momentum(0.05, 0.9));
      const scheduler = new Scheduler(model, {updateInterval: 6, dropFraction: 0.3, seed: 1});
      const losses: number[] = [];
      for (let i = 0; i < 20; i++) {
        losses.push(await step());
        await scheduler.step();
      }
      const positions = positionsOf(model);
      dispose();
      return {losses, positions};
    };
    const actual = await run(true);
    const replayed = replays();
    const expected = await run(false);
    expect(replays()).toBe(replayed);
    // Of 20 steps the first two go by ops, and one is recorded there and after each of three updates; RigL's gradients come by ops.
    expect(replayed).toBe(Scheduler === SETScheduler ? 14 : 11);
    expectClose(actual.losses, expected.losses, 1e-4);
    expect(actual.positions).toEqual(expected.positions);
  });

  test('is that of single ops where a layer has no connection, and so neither values nor slots of them', async () => {
    const build = () => chain(hidden({nnz: 0, density: undefined}), output());
    const batch = someData();
    const expected = await trainOnGpu(false, build, tf.train.momentum(0.05, 0.9), batch);
    const actual = await trainOnGpu(true, build, tf.train.momentum(0.05, 0.9), batch);
    expect(actual.slots).toBe(expected.slots);
    for (const [i, values] of actual.numbers.entries()) expectClose(values, expected.numbers[i]);
    tf.dispose({...batch});
  });

  test('starts from the weights that the user sets, and leaves copies that the user has', async () => {
    const {model, steps, step, dispose} = trainee();
    const start = model.getWeights().map((weight) => weight.clone());
    const losses = await steps(5);
    const copies = model.getWeights().map((weight) => weight.clone());
    const before = await Promise.all(copies.map((copy) => copy.data()));
    const count = replays();
    await step();
    expect(await Promise.all(copies.map((copy) => copy.data()))).toEqual(before);
    expect(replays()).toBe(count + 1);
    model.setWeights(start);
    expectClose(await steps(3), losses.slice(0, 3));
    // Topologies were set, too, but to what they were: no step was recorded anew.
    expect(replays()).toBe(count + 4);
    dispose();
    tf.dispose([start, copies]);
  });

  test('takes the learning rate of the moment, at every step another', async () => {
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const optimizer = tf.train.adam(0.01);
      const {step, dispose} = trainee(mlp, optimizer);
      const losses: number[] = [];
      for (let i = 0; i < 8; i++) {
        (optimizer as unknown as {learningRate: number}).learningRate = 0.01 / (i + 1);
        losses.push(await step());
      }
      dispose();
      return losses;
    };
    const actual = await run(true);
    expect(replays()).toBe(5);
    expectClose(actual, await run(false), 1e-4);
  });

  test('takes weights that are not trained as they are each time', async () => {
    const {model, x, y, steps, step, dispose} = trainee(() => {
      const frozen = hidden();
      frozen.trainable = false;
      return chain(frozen, output());
    });
    await steps(4);
    const count = replays();
    const [values, bias] = model.layers[1].weights.map((weight) => weight.read() as tf.Variable);
    tf.tidy(() => values.assign(tf.mul(values, 2)));
    tf.tidy(() => bias.assign(tf.add(bias, 1)));
    const expected = await evaluated(model, x, y);
    expectClose([await step()], expected);
    expect(replays()).toBe(count + 1);
    dispose();
  });

  test('is there for evaluation and predictions, too, while the model goes on training', async () => {
    const {model, x, y, steps, dispose} = trainee();
    for (let round = 0; round < 5; round++) {
      const [loss] = await evaluated(model, x, y);
      const predictions = tf.tidy(() => model.predict(x, {batchSize: 20}) as tf.Tensor);
      const [actual, rows] = [await predictions.data(), predictions.shape];
      installFusedStep()();
      const expected = tf.tidy(() => model.predict(x, {batchSize: 20}) as tf.Tensor);
      installFusedStep();
      expect(rows).toEqual([32, 4]);
      expectClose(actual, await expected.data<'float32'>());
      expectClose([loss], await steps(1));
      tf.dispose([predictions, expected]);
    }
    // Of five rounds each two go by ops or are recorded: of the step, the evaluation, and both sizes of batches.
    expect(replays()).toBe(3 + 3 + 3 + 3);
    dispose();
  });

  test('draws other dropout masks at every step, with the given share', async () => {
    const data = tf.ones([64, 12]);
    const target = tf.ones([64, 1]);
    const model = tf.sequential({
      layers: [
        tf.layers.dropout({rate: 0.25, inputShape: [12]}),
        maskedDense({units: 1, density: 1, useBias: false, seed: 1}),
      ],
    });
    const optimizer = tf.train.sgd(0);
    model.compile({optimizer, loss: 'meanSquaredError'});
    tf.tidy(() => model.setWeights([tf.fill([12], 1 / 12), ...model.getWeights().slice(1)]));
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) losses.push((await model.trainOnBatch(data, target)) as number);
    expect(replays()).toBe(38);
    expect(new Set(losses.slice(2)).size).toBeGreaterThan(30);
    // The mean of 12 numbers that are 4/3 with a chance of 3/4, else 0: its variance is 1/36.
    const mean = losses.slice(2).reduce((sum, loss) => sum + loss, 0) / 38;
    expect(mean * 36).toBeGreaterThan(0.9);
    expect(mean * 36).toBeLessThan(1.1);
    model.dispose();
    optimizer.dispose();
    tf.dispose([data, target]);
  });

  test('fits batches of several sizes, with validation, as single ops do', async () => {
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const {model, x, y, dispose} = trainee(mlp, tf.train.momentum(0.05, 0.9));
      const {history} = await model.fit(x, y, {
        epochs: 4,
        batchSize: 12,
        shuffle: false,
        verbose: 0,
        validationData: [x, y],
      });
      dispose();
      return [history.loss, history.val_loss].flat() as number[];
    };
    const actual = await run(true);
    // Of twelve steps the first makes the slots, one the indices, of each size one comes for the first time and one is recorded.
    // Of twelve batches of validation two go by ops and two are recorded.
    expect(replays()).toBe(7 + 8);
    expectClose(actual, await run(false), 1e-4);
  });

  test('is there for batches of four sizes that take turns, and gives their memory back', async () => {
    const before = bytesInUse();
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const {model, x, y, dispose} = trainee(mlp, tf.train.momentum(0.05, 0.9));
      const losses: number[] = [];
      for (let step = 0; step < 16; step++) {
        const batch = tf.tidy(() => [x, y].map((tensor) => tensor.slice(0, 5 + (step % 4))));
        losses.push((await model.trainOnBatch(batch[0], batch[1])) as number);
        tf.dispose(batch);
      }
      dispose();
      return losses;
    };
    const actual = await run(true);
    // The first step makes the slots; of each size the next is by ops, and one is recorded.
    expect(replays()).toBe(16 - 1 - 8);
    expect(bytesInUse()).toBe(before);
    expectClose(actual, await run(false), 1e-4);
  });

  test('takes its batches from a dataset, too', async () => {
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const {model, x, y, dispose} = trainee(mlp, tf.train.momentum(0.05, 0.9));
      const data = tf.data.generator(function* () {
        for (let batch = 0; batch < 4; batch++) {
          const [xs, ys] = [x, y].map((tensor) => tensor.slice(8 * batch, 8));
          yield {xs, ys};
        }
      });
      const {history} = await model.fitDataset(data as tf.data.Dataset<tf.TensorContainer>, {epochs: 2, verbose: 0});
      dispose();
      return history.loss as number[];
    };
    const actual = await run(true);
    expect(replays()).toBe(5);
    expectClose(actual, await run(false), 1e-4);
  });

  test('takes no more of the device from step to step, and gives all back with the model', async () => {
    const before = bytesInUse();
    const {steps, dispose} = trainee(mlp, tf.train.adam(0.01));
    await steps(5);
    const within = bytesInUse();
    await steps(10);
    expect(replays()).toBe(12);
    expect(bytesInUse()).toBe(within);
    dispose();
    expect(bytesInUse()).toBe(before);
  });

  test('leaves steps that are looked at to single ops', async () => {
    const {model, x, y, step, steps, dispose} = trainee();
    await steps(3);
    const count = replays();
    const {kernels, result} = await tf.profile(async () => tf.scalar((await model.trainOnBatch(x, y)) as number));
    expect(kernels.length).toBeGreaterThan(20);
    expect(replays()).toBe(count);
    await step();
    expect(replays()).toBe(count + 1);
    dispose();
    (result as tf.Tensor).dispose();
  });

  test.each([
    ['recorded', 2],
    ['replayed', 4],
  ])('throws in the step in which the device refuses a call, where it is %s', async (_, stepsBefore) => {
    const {x, y, model, steps, dispose} = trainee();
    await steps(stepsBefore);
    const {device} = tf.backend() as unknown as {device: GPUDevice};
    const createCommandEncoder = device.createCommandEncoder.bind(device);
    await withoutErrorScope(async () => {
      vi.spyOn(device, 'createCommandEncoder').mockImplementation(() => {
        const encoder = createCommandEncoder();
        encoder.popDebugGroup(); // Of none: the encoder is invalid.
        return encoder;
      });
      await expect(model.trainOnBatch(x, y)).rejects.toThrow(
        /^sparse op: the GPU device must accept every call, received an error from it/,
      );
      vi.restoreAllMocks();
      await steps(1);
    });
    dispose();
  });

  test('follows the break-even densities', async () => {
    const {steps, dispose} = trainee();
    await steps(3);
    const count = replays();
    setBreakEven('webgpu', {});
    await steps(1);
    expect(replays()).toBe(count);
    setBreakEven('webgpu');
    dispose();
  });

  test.each<[string, Partial<Parameters<typeof trainee>>]>([
    [
      'layer "noise" is a GaussianNoise',
      [() => chain(hidden(), tf.layers.gaussianNoise({name: 'noise', stddev: 0.1}), output())],
    ],
    ['the optimizer is Adagrad', [mlp, tf.train.adagrad(0.1)]],
    [
      'the loss is a function of its own, of which nobody said that it is replayable',
      [mlp, undefined, (y: tf.Tensor, p: tf.Tensor) => tf.losses.softmaxCrossEntropy(y, p, undefined, 0.1)],
    ],
    ['the model has no sparse layer', [() => chain(tf.layers.dense({units: 4}))]],
  ])('is not taken if %s', async (reason, given) => {
    const {model, steps, dispose} = trainee(...given);
    expect(explain(model)).toEqual({isFused: false, reason});
    await steps(4);
    expect(replays()).toBe(0);
    dispose();
  });

  test('is not taken where the backend has other private parts', async () => {
    const {model, steps, dispose} = trainee();
    Object.assign(tf.backend(), {recordAndSubmit: undefined});
    const {reason} = explain(model);
    Reflect.deleteProperty(tf.backend(), 'recordAndSubmit');
    expect(reason).toBe('the backend webgpu is of a version whose steps cannot be replayed');
    await steps(1);
    dispose();
  });

  test('takes a loss and a metric of one’s own that are said to be replayable', async () => {
    const smoothed = (target: tf.Tensor, output: tf.Tensor) =>
      tf.losses.softmaxCrossEntropy(target, output, undefined, 0.1) as tf.Tensor;
    const largest = (_: tf.Tensor, output: tf.Tensor) => tf.max(output, -1);
    const run = async (wrap: typeof replayable) => {
      const {model, optimizer, x, y, dispose} = trainee();
      model.compile({optimizer, loss: wrap(smoothed), metrics: [wrap(largest)]});
      const results: number[][] = [];
      for (let step = 0; step < 5; step++) results.push((await model.trainOnBatch(x, y)) as number[]);
      dispose();
      return results.flat();
    };
    const byOps = await run((given) => given);
    expect(replays()).toBe(0);
    expectClose(await run(replayable), byOps);
    expect(replays()).toBe(3);
  });

  test.each<[string, (other: tf.LayersModel) => (target: tf.Tensor, output: tf.Tensor) => tf.Tensor]>([
    ['predictions', (other) => (target) => tf.mean(other.predict(tf.tile(target, [1, 3])) as tf.Tensor, -1)],
    ['an evaluation', (other) => (target) => [other.evaluate(tf.tile(target, [1, 3]), target) as tf.Tensor].flat()[0]],
  ])('leaves %s of another model to single ops where a metric asks for them', async (_, metricOf) => {
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const other = trainee();
      const {model, optimizer, x, y, dispose} = trainee();
      model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: [replayable(metricOf(other.model))]});
      // The other model's predictions and evaluations are replayed already.
      await other.steps(4);
      const results: number[] = [];
      for (let round = 0; round < 5; round++) {
        tf.tidy(() => {
          other.model.predict(tf.tile(y, [1, 3]));
          other.model.evaluate(tf.tile(y, [1, 3]), y);
        });
        const permuted = tf.tidy(() => tf.reverse(y, 0).mul(round + 1));
        results.push(...(await evaluated(model, x, permuted)));
        results.push(...((await model.trainOnBatch(x, permuted)) as number[]));
        await other.steps(1);
        permuted.dispose();
      }
      dispose();
      other.dispose();
      return results;
    };
    const actual = await run(true);
    expect(replays()).toBeGreaterThan(5);
    expectClose(actual, await run(false), 1e-4);
  });

  test('has layers predict as they do where a metric asks the model that is trained', async () => {
    const probes = someData(8, 12);
    const run = async (isReplayed: boolean) => {
      if (!isReplayed) installFusedStep()();
      const {model, optimizer, x, y, dispose} = trainee(normalizations);
      const ofProbes = replayable(() => tf.max(model.predict(probes.x) as tf.Tensor, -1));
      model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: [ofProbes]});
      const results: number[] = [];
      for (let step = 0; step < 5; step++) results.push(...((await model.trainOnBatch(x, y)) as number[]));
      const weights = model.weights.map((weight) => weight.read());
      dispose();
      // A layer that is applied twice outlives its model.
      tf.dispose(weights);
      return results;
    };
    const actual = await run(true);
    expectClose(actual, await run(false), 1e-4);
    tf.dispose([probes.x, probes.y]);
  });

  test('is not there, but predictions are, for a model that was never compiled', async () => {
    const model = mlp();
    expect(explain(model)).toEqual({isFused: false, reason: 'the model is not compiled'});
    const {x, y} = someData();
    const all = [1, 2, 3, 4].map(() => model.predict(x) as tf.Tensor);
    expect(replays()).toBe(2);
    const [expected, ...others] = await Promise.all(all.map((predictions) => predictions.data<'float32'>()));
    for (const actual of others) expectClose(actual, expected);
    tf.dispose([x, y, all]);
    model.dispose();
  });

  test('is what explain tells of', () => {
    const {model, dispose} = trainee(mlp, undefined, tf.losses.softmaxCrossEntropy);
    expect(explain(model)).toEqual({isFused: true, reason: ''});
    dispose();
  });
}, ['webgpu']);

async function evaluated(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): Promise<Float32Array> {
  const results = tf.tidy(() => [model.evaluate(x, y) as tf.Scalar].flat());
  const numbers = await Promise.all(results.map((result) => result.data<'float32'>()));
  tf.dispose(results);
  return Float32Array.from(numbers, ([number]) => number);
}
