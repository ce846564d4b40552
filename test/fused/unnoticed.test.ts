import * as tf from '@tensorflow/tfjs';
import {MaskedDense, maskedConv2d, maskedDense, replayable, setFusedStep} from 'itop';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {disposeOptimizer} from '../support/optimizers.ts';

type Options = Partial<Parameters<typeof maskedDense>[0]>;
type Layers = tf.layers.Layer[];

const D = (units: number, options: Options = {}) => maskedDense({units, density: 0.5, seed: units, ...options});

/** What a script has made, to be disposed after it. */
const made: {tensors: tf.Tensor[]; models: tf.LayersModel[]; optimizers: tf.Optimizer[]} = {
  tensors: [],
  models: [],
  optimizers: [],
};

function disposeMade(): void {
  for (const model of made.models.splice(0)) model.dispose();
  for (const optimizer of made.optimizers.splice(0)) disposeOptimizer(optimizer);
  tf.dispose(made.tensors.splice(0));
}

function kept(tensor: tf.Tensor): tf.Tensor {
  made.tensors.push(tensor);
  return tensor;
}

/** sin(1.7 i) in a shape. */
function S(...shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return kept(
    tf.tensor(
      Array.from({length: size}, (_, i) => Math.sin(1.7 * i)),
      shape,
    ),
  );
}

/** Gives a model's weights numbers that do not depend on chance: tfjs draws those of stock layers anew for every model. */
function fill(model: tf.LayersModel): void {
  made.models.push(model);
  tf.tidy(() => {
    for (const [w, weight] of model.weights.entries()) {
      const variable = weight.read();
      if (!(variable instanceof tf.Variable)) continue;
      const isVariance = weight.name.includes('variance');
      const numbers = Array.from({length: variable.size}, (_, i) => 0.5 * Math.sin(i + 1.3 * w) + (isVariance ? 1 : 0));
      variable.assign(tf.tensor(numbers, variable.shape));
    }
  });
}

function chain(inputShape: number[], layers: Layers): tf.Sequential {
  const model = tf.sequential();
  for (const [i, layer] of layers.entries()) {
    if (i === 0) (layer as unknown as {batchInputShape: tf.Shape}).batchInputShape = [null, ...inputShape];
    model.add(layer);
  }
  fill(model);
  return model;
}

function compiled<Model extends tf.LayersModel>(
  model: Model,
  options: Partial<Parameters<Model['compile']>[0]> = {},
): Model {
  const optimizer = options.optimizer ?? tf.train.momentum(0.05, 0.9);
  model.compile({loss: 'meanSquaredError', ...options, optimizer});
  made.optimizers.push(model.optimizer);
  return model;
}

/** All weights but topologies. */
function weightsOf(model: tf.LayersModel): number[] {
  const variables = model.weights.map((weight) => weight.read()).filter((weight) => weight instanceof tf.Variable);
  return variables.flatMap((variable) => [...variable.dataSync()]);
}

function numbersOf(result: tf.Tensor | tf.Tensor[]): number[] {
  const tensors = [result].flat();
  const numbers = tensors.flatMap((tensor) => [...tensor.dataSync()]);
  tf.dispose(tensors);
  return numbers;
}

/** Some steps on the same data. @returns losses, weights, predictions */
async function trained(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor, steps = 4): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push(...([await model.trainOnBatch(x, y)].flat() as number[]));
  return [...losses, ...weightsOf(model), ...numbersOf(model.predict(x))];
}

/**
 * Expects a script to have the same results with the fused step and without.
 *
 * @param script  makes everything that it uses
 */
async function expectUnnoticed(script: () => Promise<number[]>, tolerance = 1e-4): Promise<void> {
  const results: number[][] = [];
  for (const isOn of [true, false]) {
    setFusedStep(isOn);
    try {
      results.push(await script());
    } finally {
      disposeMade();
    }
  }
  setFusedStep(true);
  expect(results[0].length).toBe(results[1].length);
  expect(results[0].every(Number.isFinite)).toBe(true);
  expectClose(results[0], results[1], tolerance);
}

describeBackends('nobody can tell the fused step from single ops', () => {
  let steps: ReturnType<typeof vi.spyOn>;
  beforeEach(() => {
    steps = vi.spyOn(FusedModel.prototype as never as {step(): void}, 'step');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    setFusedStep(true);
  });

  test.each([
    [6, 8, 2],
    [14, 16, 2],
    [28, 32, 4],
    [30, 32, 2],
    [54, 64, 10],
  ])('in predictions of more samples than a batch of a network %i-%i-…-%i', async (inputs, width, outputs) => {
    await expectUnnoticed(async () => {
      const hidden = [1, 2, 3].map((seed) => D(width, {activation: 'relu', seed}));
      const model = compiled(chain([inputs], [...hidden, D(outputs, {activation: 'softmax'})]), {
        loss: 'categoricalCrossentropy',
      });
      const y = kept(
        tf.tidy(() => tf.oneHot(tf.range(0, 48, 1, 'int32').mod(tf.scalar(outputs, 'int32')), outputs).toFloat()),
      );
      await model.fit(S(48, inputs), y, {batchSize: 16, epochs: 2, shuffle: false});
      return [
        ...numbersOf(model.predict(S(32, inputs))),
        ...numbersOf(model.predict(S(5, inputs))),
        ...numbersOf(model.predict(S(100, inputs))),
      ];
    }, 1e-5);
    expect(steps).toHaveBeenCalled();
  });

  const vectors: Record<string, () => tf.layers.Layer> = {
    prelu: () => tf.layers.prelu(),
    layerNormalization: () => tf.layers.layerNormalization(),
    batchNormalization: () => tf.layers.batchNormalization({momentum: 0.5}),
    elu: () => tf.layers.elu(),
    softmax: () => tf.layers.softmax(),
    'reLU with a largest value': () => tf.layers.reLU({maxValue: 0.3}),
    repeatVector: () => tf.layers.repeatVector({n: 2}),
    'dropout with a seed': () => tf.layers.dropout({rate: 0.4, seed: 3}),
    'permute of one axis': () => tf.layers.permute({dims: [1]}),
    ...Object.fromEntries(
      (
        ['elu', 'hardSigmoid', 'linear', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'tanh'] as const
      ).map((activation) => [`activation ${activation}`, () => tf.layers.activation({activation})]),
    ),
  };
  test.each(Object.keys(vectors))('with %s as the last layer', (name) =>
    expectUnnoticed(async () => {
      const model = compiled(chain([5], [D(8, {activation: 'tanh'}), D(6), vectors[name]()]));
      return trained(model, S(7, 5), S(7, ...(model.outputShape as number[]).slice(1)));
    }));

  const images: Record<string, () => tf.layers.Layer> = {
    conv2dTranspose: () => tf.layers.conv2dTranspose({filters: 2, kernelSize: 2}),
    upSampling2d: () => tf.layers.upSampling2d({}),
    zeroPadding2d: () => tf.layers.zeroPadding2d({padding: 1}),
    cropping2D: () => tf.layers.cropping2D({cropping: 1}),
    depthwiseConv2d: () => tf.layers.depthwiseConv2d({kernelSize: 2, depthMultiplier: 1}),
    separableConv2d: () => tf.layers.separableConv2d({filters: 2, kernelSize: 2}),
    permute: () => tf.layers.permute({dims: [2, 1, 3]}),
    timeDistributed: () => tf.layers.timeDistributed({layer: tf.layers.flatten()}),
  };
  test.each(Object.keys(images))('with %s as the last layer of images', (name) =>
    expectUnnoticed(async () => {
      const first = maskedConv2d({filters: 3, kernelSize: 2, density: 0.5, seed: 4, activation: 'tanh'});
      const model = chain([5, 5, 2], [first, images[name]()]);
      const x = S(4, 5, 5, 2);
      // What tfjs itself cannot train on this backend is still to be predicted.
      if (['conv2dTranspose', 'depthwiseConv2d', 'separableConv2d'].includes(name)) return numbersOf(model.predict(x));
      return trained(compiled(model), x, S(4, ...(model.outputShape as number[]).slice(1)), 3);
    }));

  test.each([
    'concatenate',
    'multiply',
    'average',
    'maximum',
    'minimum',
  ] as const)('with %s as the last layer', (name) =>
    expectUnnoticed(async () => {
      const input = tf.input({shape: [5]});
      const branches = [1, 2].map((seed) => D(4, {seed, activation: 'tanh'}).apply(input) as tf.SymbolicTensor);
      const output = tf.layers[name]().apply(branches) as tf.SymbolicTensor;
      const model = tf.model({inputs: input, outputs: output});
      fill(model);
      return trained(compiled(model), S(6, 5), S(6, ...(model.outputShape as number[]).slice(1)));
    }));

  test.each(['lstm', 'simpleRNN', 'conv1d'] as const)('with %s as the last layer', (name) =>
    expectUnnoticed(async () => {
      const last = {
        lstm: () => tf.layers.lstm({units: 2, recurrentInitializer: 'zeros'}),
        simpleRNN: () => tf.layers.simpleRNN({units: 2, recurrentInitializer: 'zeros'}),
        conv1d: () => tf.layers.conv1d({filters: 2, kernelSize: 2}),
      }[name]();
      const model = chain([6], [D(6, {activation: 'tanh'}), tf.layers.reshape({targetShape: [3, 2]}), last]);
      return numbersOf(model.predict(S(4, 6)));
    }));

  test('with a layer derived from MaskedDense that computes something else under the same name', async () => {
    class Doubled extends MaskedDense {
      override call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor {
        return tf.tidy(() => super.call(inputs, kwargs).mul(2));
      }
    }
    await expectUnnoticed(async () => {
      const model = compiled(chain([4], [new Doubled({units: 3, density: 0.5, seed: 1}), D(2)]));
      return trained(model, S(5, 4), S(5, 2));
    });
  });

  test('with a layer whose call is replaced, before or after the first steps, and put back', () =>
    expectUnnoticed(async () => {
      const [first, last] = [D(6, {activation: 'relu'}), D(2)];
      const model = compiled(chain([4], [first, last]));
      const [x, y] = [S(5, 4), S(5, 2)];
      const before = await trained(model, x, y);
      const stock = first.call;
      first.call = (inputs, kwargs) => tf.tidy(() => stock.call(first, inputs, kwargs).add(1));
      const replaced = await trained(model, x, y);
      delete (first as {call?: unknown}).call;
      return [...before, ...replaced, ...(await trained(model, x, y))];
    }));

  test.each(['kernel', 'bias'])('with a regularizer of a %s that is replaced when the layer is built', (weight) =>
    expectUnnoticed(async () => {
      const l2 = [0.01, 0.02].map((l2) => tf.regularizers.l2({l2}));
      const layer = D(6, {kernelRegularizer: l2[0], biasRegularizer: l2[1]});
      const model = compiled(chain([4], [layer, D(2)]));
      Object.assign(layer, {[`${weight}Regularizer`]: tf.regularizers.l2({l2: 5})});
      const replaced = await trained(model, S(5, 4), S(5, 2));
      Object.assign(layer, {kernelRegularizer: l2[1], biasRegularizer: l2[0]});
      return [...replaced, ...(await trained(model, S(5, 4), S(5, 2)))];
    }));

  test.each(['kernel', 'bias'])('with layers that share a %s', (weight) =>
    expectUnnoticed(async () => {
      const dense = [1, 2].map(() => tf.layers.dense({units: 4, activation: 'tanh'}));
      const model = compiled(chain([4], [D(4), ...dense, D(2)]));
      const before = await trained(model, S(5, 4), S(5, 2));
      const [from, to] = dense as unknown as Record<string, tf.LayerVariable>[];
      // The model does not know it any more.
      made.tensors.push(to[weight].read());
      to[weight] = from[weight];
      return [...before, ...numbersOf(model.predict(S(5, 4)))];
    }));

  test('with a hook that looks at the calls of a layer', () =>
    expectUnnoticed(async () => {
      const layer = D(2);
      const model = compiled(chain([4], [layer]));
      let calls = 0;
      (layer as unknown as {setCallHook(hook: () => void): void}).setCallHook(() => void calls++);
      return [...(await trained(model, S(5, 4), S(5, 2))), calls];
    }));

  test('with a loss that was added to a layer', () =>
    expectUnnoticed(async () => {
      const layer = D(3);
      const model = compiled(chain([4], [layer, D(2)]));
      layer.addLoss(() => tf.tidy(() => layer.sparseWeight.variable.square().sum().mul(0.1)) as tf.Scalar);
      return trained(model, S(5, 4), S(5, 2));
    }));

  test.each([
    'layer',
    'model',
  ] as const)('when a %s is frozen and thawed between steps without compiling', async (what) => {
    await expectUnnoticed(async () => {
      const layer = D(6, {activation: 'tanh', kernelRegularizer: tf.regularizers.l2({l2: 0.01})});
      const model = compiled(chain([4], [layer, tf.layers.batchNormalization(), D(2)]));
      const [x, y] = [S(5, 4), S(5, 2)];
      const first = await trained(model, x, y);
      (what === 'layer' ? layer : model.layers[1]).trainable = false;
      const frozen = await trained(model, x, y);
      for (const one of model.layers) one.trainable = true;
      return [...first, ...frozen, ...(await trained(model, x, y))];
    });
    expect(steps).toHaveBeenCalled();
  });

  test('when nothing is left to train', async () => {
    const model = compiled(chain([4], [D(2)]));
    const [x, y] = [S(5, 4), S(5, 2)];
    await trained(model, x, y);
    model.layers[0].trainable = false;
    await expect(model.trainOnBatch(x, y)).rejects.toThrow(
      'expects at least one of the input variables to be trainable',
    );
    disposeMade();
  });

  test('when a callback within fit freezes a layer', () =>
    expectUnnoticed(async () => {
      const layer = D(6, {activation: 'tanh'});
      const model = compiled(chain([4], [layer, D(2)]));
      const onEpochEnd = async (epoch: number) => {
        if (epoch === 1) layer.trainable = false;
      };
      await model.fit(S(24, 4), S(24, 2), {epochs: 4, batchSize: 8, shuffle: false, callbacks: {onEpochEnd}});
      return weightsOf(model);
    }));

  test.each([
    'applyGradients',
    'minimize',
    'computeGradients',
  ] as const)('when %s of the optimizer is wrapped', (name) =>
    expectUnnoticed(async () => {
      const optimizer = tf.train.momentum(0.05, 0.9);
      const model = compiled(chain([4], [D(6, {activation: 'tanh'}), D(2)]), {optimizer});
      const [x, y] = [S(5, 4), S(5, 2)];
      const before = await trained(model, x, y);
      const stock = optimizer[name] as (...args: unknown[]) => unknown;
      let calls = 0;
      Object.assign(optimizer, {
        [name](...args: unknown[]) {
          calls++;
          if (name !== 'applyGradients') return stock.apply(optimizer, args);
          return tf.tidy(() => {
            const gradients = args[0] as {name: string; tensor?: tf.Tensor}[];
            return stock.call(
              optimizer,
              gradients.map((one) => ({...one, tensor: one.tensor?.clipByValue(-0.01, 0.01)})),
            ) as undefined;
          });
        },
      });
      return [...before, ...(await trained(model, x, y)), calls];
    }));

  test('with a loss that reads the weights of the model', () =>
    expectUnnoticed(async () => {
      const layer = D(6, {activation: 'tanh'});
      const loss = (target: tf.Tensor, output: tf.Tensor) =>
        tf.tidy(() =>
          tf.losses.meanSquaredError(target, output).add(layer.sparseWeight.variable.square().sum().mul(0.1)),
        );
      return trained(compiled(chain([4], [layer, D(2)]), {loss}), S(5, 4), S(5, 2));
    }));

  test('with a loss of its own that is said to depend on the output only', async () => {
    const loss = replayable((target, output) => tf.tidy(() => target.sub(output).square().mean(-1).mul(3)));
    await expectUnnoticed(() => trained(compiled(chain([4], [D(2)]), {loss}), S(5, 4), S(5, 2)));
    expect(steps).toHaveBeenCalled();
  });

  test.each([
    'the same model',
    'another model',
  ])('when a loss or a metric predicts and evaluates with %s', async (which) => {
    await expectUnnoticed(async () => {
      const [model, other] = [1, 2].map((seed) => chain([4], [D(32, {seed, activation: 'relu'}), D(2, {seed})]));
      const called = which === 'the same model' ? model : other;
      const [few, more, many] = [S(3, 4), S(9, 2), S(40, 4)];
      const metric = () =>
        tf.tidy(() => tf.add(tf.sum(called.predict(many) as tf.Tensor), tf.mean(called.predict(few) as tf.Tensor)));
      const loss = replayable((target, output) => {
        tf.dispose(called.predict(many));
        return tf.losses.meanSquaredError(target, output);
      });
      for (const one of [model, other]) compiled(one, {loss, metrics: [metric]});
      const results = await trained(model, S(9, 4), more, 5);
      return [...results, ...numbersOf(model.evaluate(S(9, 4), more) as tf.Tensor[])];
    });
    expect(steps).toHaveBeenCalled();
  });

  const optimizers = {
    sgd: () => tf.train.sgd(0.05),
    momentum: () => tf.train.momentum(0.05, 0.9),
    adam: () => tf.train.adam(0.01),
    rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-3),
  };
  test.each(
    Object.keys(optimizers) as (keyof typeof optimizers)[],
  )('when the learning rate of %s is assigned or set', async (name) => {
    await expectUnnoticed(async () => {
      const optimizer = optimizers[name]() as tf.SGDOptimizer;
      const model = compiled(chain([4], [D(6, {activation: 'tanh'}), D(2)]), {optimizer});
      const [x, y] = [S(5, 4), S(5, 2)];
      const before = await trained(model, x, y);
      (optimizer as unknown as {learningRate: number}).learningRate = 0.5;
      const assigned = await trained(model, x, y, 2);
      if (name === 'sgd' || name === 'momentum') optimizer.setLearningRate(0.001);
      return [...before, ...assigned, ...(await trained(model, x, y))];
    }, 1e-3);
    expect(steps).toHaveBeenCalled();
  });

  test('where several places of an image have its largest value', async () => {
    await expectUnnoticed(async () => {
      const first = maskedConv2d({filters: 4, kernelSize: 1, density: 0.5, seed: 2, activation: 'relu'});
      const model = compiled(chain([4, 4, 2], [first, tf.layers.globalMaxPooling2d({}), D(2)]));
      const x = kept(tf.tidy(() => S(5, 4, 4, 2).mul(3).round().div(3)));
      return trained(model, x, S(5, 2));
    });
    expect(steps).toHaveBeenCalled();
  });

  test('where a vector is laid as an image before its channels are normalised', async () => {
    await expectUnnoticed(async () => {
      const layers = [tf.layers.reshape({targetShape: [3, 1, 2]}), tf.layers.batchNormalization({momentum: 0.5})];
      const model = compiled(chain([6], [...layers, tf.layers.flatten(), D(2)]));
      return trained(model, S(5, 6), S(5, 2));
    });
    expect(steps).toHaveBeenCalled();
  });

  test('where an L1 penalty meets weights of 0', async () => {
    await expectUnnoticed(async () => {
      const layer = D(6, {activation: 'tanh', kernelRegularizer: tf.regularizers.l1({l1: 0.1})});
      const model = compiled(chain([4], [layer, D(2)]));
      const {variable} = layer.sparseWeight;
      tf.tidy(() => variable.assign(variable.mul(tf.range(0, variable.size).mod(tf.scalar(2)))));
      return trained(model, S(5, 4), S(5, 2));
    });
    expect(steps).toHaveBeenCalled();
  });

  test.each(['momentum', 'adam', 'rmsprop'] as const)('when %s is disposed after its first steps', async (name) => {
    const optimizer = tf.train[name](0.01, 0.9);
    const model = compiled(chain([4], [D(6, {activation: 'tanh'}), D(2)]), {optimizer});
    const [x, y] = [S(5, 4), S(5, 2)];
    await model.trainOnBatch(x, y);
    optimizer.dispose();
    // tfjs leaves the gradients of a step that fails.
    tf.engine().startScope();
    await expect(model.trainOnBatch(x, y)).rejects.toThrow();
    tf.engine().endScope();
    disposeMade();
  });

  test('when numbers of a layer or of a regularizer are assigned between steps', async () => {
    await expectUnnoticed(async () => {
      const regularizer = tf.regularizers.l2({l2: 0.01});
      const leaky = tf.layers.leakyReLU({alpha: 0.3});
      const normalization = tf.layers.batchNormalization();
      const layers = [D(6, {kernelRegularizer: regularizer}), leaky, normalization, D(2)];
      const model = compiled(chain([4], layers));
      const [x, y] = [S(5, 4), S(5, 2)];
      const before = await trained(model, x, y);
      Object.assign(regularizer, {l2: 0.2});
      Object.assign(leaky, {alpha: 0.05});
      Object.assign(normalization, {epsilon: 0.1, momentum: 0.5});
      return [...before, ...(await trained(model, x, y))];
    });
    expect(steps).toHaveBeenCalled();
  });
}, ['cpu', 'wasm']);

// What follows is outside of the backends' specification, which counts tensors: tfjs itself leaves some behind in a step that throws.
test.each([
  'cpu',
  'wasm',
])('when a loss throws in a step, averages, weights and the next step are those of ops, on %s', async (backend) => {
  await tf.setBackend(backend);
  await expectUnnoticed(async () => {
    let isFailing = false;
    const loss = replayable((target, output) => {
      if (isFailing) throw new Error('not now');
      return tf.losses.meanSquaredError(target, output);
    });
    const model = compiled(chain([4], [D(6), tf.layers.batchNormalization(), D(2)]), {loss});
    const [x, y] = [S(5, 4), S(5, 2)];
    await trained(model, x, y);
    isFailing = true;
    await expect(model.fit(x, y, {shuffle: false})).rejects.toThrow('not now');
    isFailing = false;
    return [...weightsOf(model), ...(await trained(model, x, y))];
  });
});

test.each([
  'cpu',
  'wasm',
])('a sparse convolution with strides and dilations is refused, as in tfjs, on %s', async (backend) => {
  await tf.setBackend(backend);
  const both = maskedConv2d({filters: 2, kernelSize: 3, strides: [1, 2], dilationRate: [2, 1], density: 0.5});
  const model = compiled(chain([9, 9, 1], [both, tf.layers.flatten(), D(2)]));
  const message = 'strides or dilations must be 1';
  expect(() => model.predict(S(1, 9, 9, 1))).toThrow(message);
  await expect(model.fit(S(4, 9, 9, 1), S(4, 2), {verbose: 0})).rejects.toThrow(message);
});

test.each([
  'cpu',
  'wasm',
])('a dense convolution with dilations predicts and is not trained, as in tfjs, on %s', async (backend) => {
  await tf.setBackend(backend);
  await expectUnnoticed(async () => {
    const dilated = tf.layers.conv2d({filters: 2, kernelSize: 2, dilationRate: 2});
    const model = compiled(chain([4, 4, 1], [dilated, tf.layers.flatten(), D(2)]));
    const x = S(3, 4, 4, 1);
    const message = 'dilation rates greater than 1 are not yet supported in gradients';
    await expect(model.fit(x, S(3, 2), {verbose: 0})).rejects.toThrow(message);
    return numbersOf(model.predict(x));
  });
});
