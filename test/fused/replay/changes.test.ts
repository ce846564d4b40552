import * as tf from '@tensorflow/tfjs';
import {maskedDense} from 'itop';
import {afterEach, beforeEach, expect, type MockInstance, test, vi} from 'vitest';
import {installFusedStep} from '../../../src/fused/install.ts';
import {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {disposeOptimizer} from '../../support/optimizers.ts';
import {someData} from '../../support/training.ts';

/** A layer by its name. */
type Layers = (name: string) => tf.layers.Layer & Record<string, unknown>;

interface Change {
  readonly what: string;
  readonly optimizer?: () => tf.Optimizer;
  /** Of twelve steps those that are replayed, if not eight; the changes are before the fifth and before the ninth. */
  readonly replays?: number;
  first(layers: Layers, model: tf.LayersModel): void | Promise<void>;
  second?(layers: Layers, model: tf.LayersModel): void | Promise<void>;
}

const build = () =>
  tf.sequential({
    layers: [
      maskedDense({
        name: 'hidden',
        inputShape: [12],
        units: 16,
        useBias: false,
        density: 0.4,
        seed: 1,
        kernelRegularizer: tf.regularizers.l2({l2: 0.02}),
      }),
      tf.layers.batchNormalization({name: 'normalization'}),
      tf.layers.leakyReLU({name: 'activation', alpha: 0.3}),
      tf.layers.dense({
        name: 'dense',
        units: 6,
        activation: 'tanh',
        kernelInitializer: tf.initializers.glorotNormal({seed: 1}),
      }),
      maskedDense({name: 'output', units: 4, density: 0.5, activation: 'softmax', seed: 2}),
    ],
  });

const setField = (layer: string, field: string, value: unknown) => (layers: Layers) => {
  Object.assign(layers(layer), {[field]: value});
};
const setTrainable = (layer: string, value: boolean) => setField(layer, 'trainable', value);

/** What nobody disposes while a model trains: tfjs leaves slots alone that others replace. */
const replaced: tf.Tensor[] = [];

/** Puts the slots back that the optimizer had at the first change. */
function rewind(): Pick<Change, 'first' | 'second'> {
  let saved: {name: string; tensor: tf.Tensor}[];
  return {
    async first(_, {optimizer}) {
      const [iterations, ...slots] = await optimizer.getWeights();
      saved = [iterations, ...slots.map(({name, tensor}) => ({name, tensor: tensor.clone()}))];
    },
    async second(_, {optimizer}) {
      const before = await optimizer.getWeights();
      await optimizer.setWeights(saved);
      replaced.push(...[...before, ...saved].map(({tensor}) => tensor));
    },
  };
}

const changes: readonly Change[] = [
  {
    what: 'a layer that is frozen, and thawed',
    first: setTrainable('hidden', false),
    second: setTrainable('hidden', true),
  },
  {what: 'a normalisation that is frozen', first: setTrainable('normalization', false)},
  {
    what: 'a dense layer that is frozen, and thawed',
    first: setTrainable('dense', false),
    second: setTrainable('dense', true),
  },
  {what: 'slots that are set, of momentum', optimizer: () => tf.train.momentum(0.05, 0.9), ...rewind()},
  {what: 'slots that are set, of Adam', replays: 7, optimizer: () => tf.train.adam(0.01), ...rewind()},
  {
    what: 'numbers of a normalisation',
    replays: 6,
    first: setField('normalization', 'momentum', 0.5),
    second: setField('normalization', 'epsilon', 0.1),
  },
  {
    what: 'the slope of an activation',
    replays: 6,
    first: setField('activation', 'alpha', 0.9),
    second: setField('activation', 'alpha', 0.1),
  },
  {
    what: 'a regularizer',
    replays: 4,
    first: (layers) => void Object.assign(layers('hidden').kernelRegularizer as object, {l2: 0.5}),
    second: setField('hidden', 'kernelRegularizer', null),
  },
  {
    what: 'a call that is replaced on a layer',
    replays: 2,
    first: (layers) => {
      const layer = layers('dense');
      const call = layer.call.bind(layer);
      layer.call = (inputs, kwargs) => tf.mul(call(inputs, kwargs) as tf.Tensor, 0.5);
    },
  },
  {
    what: 'methods of the optimizer',
    replays: 2,
    first: (_, {optimizer}) => {
      const apply = optimizer.applyGradients.bind(optimizer);
      optimizer.applyGradients = (gradients) => {
        const all = gradients as {name: string; tensor: tf.Tensor}[];
        const clipped = all.map(({name, tensor}) => ({name, tensor: tf.clipByValue(tensor, -0.01, 0.01)}));
        apply(clipped);
        tf.dispose(clipped.map(({tensor}) => tensor));
      };
    },
  },
  {
    what: 'the learning rate',
    replays: 10,
    first: (_, {optimizer}) => (optimizer as tf.SGDOptimizer).setLearningRate(0.01),
  },
];

describeBackends('the replayed step', () => {
  let replay: MockInstance<ReplayedStep['replay']>;
  beforeEach(() => {
    replay = vi.spyOn(ReplayedStep.prototype, 'replay');
  });
  afterEach(() => {
    installFusedStep();
    vi.restoreAllMocks();
  });

  test.each(changes)('minds $what', async ({optimizer: make = () => tf.train.sgd(0.1), replays = 8, first, second}) => {
    const run = async (isReplayed: boolean) => {
      const stock = installFusedStep();
      if (!isReplayed) stock();
      const model = build();
      const optimizer = make();
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      const {x, y} = someData();
      const layers: Layers = (name) => model.getLayer(name) as ReturnType<Layers>;
      const numbers: number[] = [];
      for (let step = 0; step < 12; step++) {
        if (step === 4) await first(layers, model);
        if (step === 8) await second?.(layers, model);
        numbers.push((await model.trainOnBatch(x, y)) as number);
        if (step % 4 !== 3) continue;
        const predictions = model.predict(x) as tf.Tensor;
        numbers.push(...(await predictions.data()));
        predictions.dispose();
      }
      model.dispose();
      disposeOptimizer(optimizer);
      tf.dispose([x, y, replaced.splice(0)]);
      return numbers;
    };
    const expected = await run(false);
    const actual = await run(true);
    expectClose(actual, expected, 1e-4);
    const ofTraining = replay.mock.calls.filter(([inputs]) => inputs.length > 1);
    expect(ofTraining).toHaveLength(replays);
  });
}, ['webgpu']);
