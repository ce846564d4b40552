import * as tf from '@tensorflow/tfjs';
import {
  continuousSparsification,
  explain,
  hardConcrete,
  maskedDense,
  type Reparameterization,
  RigLScheduler,
  RunLog,
  SETScheduler,
  seedDropout,
  setFusedStep,
  setNonFinite,
  softDeepRewiring,
} from 'itop';
import {afterEach, expect, test, vi} from 'vitest';
import {describeBackends} from '../support/backends.ts';
import {disposeOptimizer} from '../support/optimizers.ts';

const BATCH = 8;
const BATCHES = 6;

/** Six batches, of which the third has a target that is no number. */
function data() {
  const x = tf.randomUniform([BATCH * BATCHES, 12], -1, 1, 'float32', 1);
  const targets = new Float32Array(BATCH * BATCHES * 4);
  for (let i = 0; i < BATCH * BATCHES; i++) targets[4 * i + (i % 4)] = 1;
  targets[2 * BATCH * 4 + 1] = Number.NaN;
  return {x, y: tf.tensor(targets, [BATCH * BATCHES, 4])};
}

function compiled(optimizer: tf.Optimizer = tf.train.adam(0.01)): tf.Sequential {
  const model = tf.sequential({
    layers: [
      maskedDense({units: 16, inputShape: [12], density: 0.5, activation: 'relu', seed: 1}),
      tf.layers.batchNormalization(),
      maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 2}),
    ],
  });
  model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  return model;
}

/** All weights and slots. */
async function valuesOf(model: tf.LayersModel): Promise<number[][]> {
  const slots = await model.optimizer.getWeights();
  const weights = tf.tidy(() => model.getWeights().map((tensor) => [...tensor.dataSync()]));
  const [iterations, ...rest] = slots.map(({tensor}) => [...tensor.dataSync()]);
  slots[0].tensor.dispose();
  return [...weights, iterations, ...rest];
}

function release(...models: tf.LayersModel[]): void {
  for (const model of models) {
    model.dispose();
    disposeOptimizer(model.optimizer);
  }
}

async function trainOn(model: tf.LayersModel, {x, y}: ReturnType<typeof data>, i: number): Promise<void> {
  const [inputs, targets] = [x.slice([i * BATCH, 0], [BATCH, 12]), y.slice([i * BATCH, 0], [BATCH, 4])];
  try {
    await model.trainOnBatch(inputs, targets);
  } finally {
    tf.dispose([inputs, targets]);
  }
}

afterEach(() => {
  setFusedStep(true);
  vi.restoreAllMocks();
});

for (const isFused of [true, false]) {
  describeBackends(`a loss that is not finite, ${isFused ? 'in the fused step' : 'by ops'}`, () => {
    test('throws at its step in the training of a scheduler, and nothing has changed', async () => {
      setFusedStep(isFused);
      const model = compiled();
      expect(explain(model).isFused).toBe(isFused);
      const scheduler = new SETScheduler(model, {dropFraction: 0.3, updateInterval: 100, seed: 1});
      const set = data();
      for (let i = 0; i < 2; i++) {
        await trainOn(model, set, i);
        await scheduler.step();
      }
      const before = await valuesOf(model);
      const {iterations} = model.optimizer;
      await expect(trainOn(model, set, 2)).rejects.toThrow(
        /^fit: the loss of model "sequential.*" must be finite, received NaN\. Lower the learning rate/,
      );
      expect(await valuesOf(model)).toEqual(before);
      expect(model.optimizer.iterations).toBe(iterations);
      await trainOn(model, set, 3);
      expect((await valuesOf(model)).flat().every(Number.isFinite)).toBe(true);
      release(model);
      tf.dispose(set);
    });

    test('is skipped: as if the batch had not been there', async () => {
      setFusedStep(isFused);
      const [skipping, without] = [compiled(), compiled()];
      setNonFinite(skipping, 'skip');
      const schedulers = [skipping, without].map(
        (model) => new RigLScheduler(model, {dropFraction: 0.3, updateInterval: 2, seed: 3}),
      );
      const log = new RunLog(skipping, () => {}, {name: 'skips', scheduler: schedulers[0]});
      const set = data();
      for (let i = 0; i < BATCHES; i++) {
        await trainOn(skipping, set, i);
        await log.step(BATCH);
        if (i === 2) continue;
        await trainOn(without, set, i);
        await schedulers[1].step();
      }
      expect(await valuesOf(skipping)).toEqual(await valuesOf(without));
      expect(skipping.optimizer.iterations).toBe(BATCHES - 1);
      expect(schedulers[0].stepCount).toBe(BATCHES - 1);
      expect(log.stepCount).toBe(BATCHES - 1);
      release(skipping, without);
      tf.dispose(set);
    });

    test.each<{what: string; reparameterization?: Reparameterization}>(
      isFused
        ? [{what: 'a mask of dropout drawn'}]
        : [
            {what: 'gates drawn', reparameterization: hardConcrete({lambda: 1e-3})},
            {what: 'a walk', reparameterization: softDeepRewiring({noise: 1e-2, l1: 1e-3, lowest: -0.05})},
            {what: 'a step counted', reparameterization: continuousSparsification({steps: 20})},
          ],
    )('is skipped without $what', async ({reparameterization}) => {
      setFusedStep(isFused);
      const make = () => {
        const of = {density: 0.5, ...(reparameterization && {reparameterization})};
        const model = tf.sequential({
          layers: [
            maskedDense({units: 16, inputShape: [12], activation: 'relu', seed: 1, ...of}),
            ...(reparameterization ? [] : [tf.layers.dropout({rate: 0.5})]),
            maskedDense({units: 4, activation: 'softmax', seed: 2, ...of}),
          ],
        });
        model.compile({optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy'});
        seedDropout(model, 5);
        return model;
      };
      const [skipping, without] = [make(), make()];
      setNonFinite(skipping, 'skip');
      const set = data();
      for (let i = 0; i < BATCHES; i++) {
        await trainOn(skipping, set, i);
        if (i !== 2) await trainOn(without, set, i);
      }
      expect(await valuesOf(skipping)).toEqual(await valuesOf(without));
      release(skipping, without);
      tf.dispose(set);
    });

    test('stops fit after the batch, with one warning, and nothing has changed since', async () => {
      setFusedStep(isFused);
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const model = compiled(tf.train.momentum(0.1, 0.9));
      setNonFinite(model, 'stop');
      const {x, y} = data();
      let batches = 0;
      await model.fit(x, y, {
        batchSize: BATCH,
        epochs: 3,
        shuffle: false,
        callbacks: {onBatchEnd: () => void batches++},
      });
      expect(batches).toBe(3);
      expect(warn.mock.calls.filter(([text]) => String(text).startsWith('itop: fit: the loss'))).toHaveLength(1);
      expect((await valuesOf(model)).flat().every(Number.isFinite)).toBe(true);
      release(model);
      tf.dispose([x, y]);
    });

    test('is taken as stock TensorFlow.js takes it without a scheduler, or with ignore', async () => {
      setFusedStep(isFused);
      const [plain, ignoring] = [compiled(), compiled()];
      new SETScheduler(ignoring, {dropFraction: 0.3, updateInterval: 100});
      setNonFinite(ignoring, 'ignore');
      const {x, y} = data();
      for (const model of [plain, ignoring]) {
        await model.fit(x, y, {batchSize: BATCH, shuffle: false});
        expect((await valuesOf(model)).flat().some(Number.isNaN)).toBe(true);
      }
      release(plain, ignoring);
      tf.dispose([x, y]);
    });

    test('leaks no tensors when skipped', async () => {
      setFusedStep(isFused);
      const model = compiled();
      setNonFinite(model, 'skip');
      const set = data();
      await trainOn(model, set, 0);
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) await trainOn(model, set, 2);
      expect(tf.memory().numTensors).toBe(before);
      release(model);
      tf.dispose(set);
    });

    test('comes of inputs that are no numbers, too', async () => {
      setFusedStep(isFused);
      const model = compiled();
      setNonFinite(model, 'throw');
      const [x, y] = [tf.fill([BATCH, 12], Number.NaN), tf.fill([BATCH, 4], 0.25)];
      const before = await valuesOf(model);
      await expect(model.trainOnBatch(x, y)).rejects.toThrow(/must be finite, received NaN/);
      expect(await valuesOf(model)).toEqual(before);
      release(model);
      tf.dispose([x, y]);
    });

    test('with a finite loss, gradients that are not finite are skipped, too', async () => {
      setFusedStep(isFused);
      const model = tf.sequential({
        layers: [
          maskedDense({units: 1, inputShape: [4], density: 0.5, useBias: false, seed: 1, kernelInitializer: 'ones'}),
        ],
      });
      model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'meanSquaredError'});
      setNonFinite(model, 'skip');
      const [weights, y, x] = [tf.fill([2], 1e-10), tf.zeros([2, 1]), tf.fill([2, 4], 1e25)];
      model.setWeights([weights, ...model.getWeights().slice(1)]);
      const before = await valuesOf(model);
      // The loss is (2 · 1e25 · 1e-10)² = 4e30, its gradient 2 · 2e15 · 1e25: beyond float32.
      expect(Number.isFinite(await model.trainOnBatch(x, y))).toBe(true);
      expect((await valuesOf(model)).slice(0, before.length - 1)).toEqual(before.slice(0, -1));
      expect(model.optimizer.iterations).toBe(0);
      release(model);
      tf.dispose([weights, y, x]);
    });

    test('with a finite loss and other gradients, moving averages stay as they are', async () => {
      setFusedStep(isFused);
      const gammaInitializer = tf.initializers.constant({value: 1e21});
      const kernelInitializer = tf.initializers.constant({value: 1e-3});
      const model = tf.sequential({
        layers: [
          tf.layers.batchNormalization({inputShape: [2], gammaInitializer}),
          maskedDense({units: 1, nnz: 1, seed: 1, kernelInitializer}),
        ],
      });
      model.compile({optimizer: tf.train.sgd(1e-30), loss: 'meanSquaredError'});
      setNonFinite(model, 'skip');
      const [x, y] = [tf.tensor2d([1, 2, 3, 5, 4, 4, 0, 1], [4, 2]), tf.zeros([4, 1])];
      const before = await valuesOf(model);
      // Outputs of 1e18, a loss of 1e36, and a gradient of the kernel of 1e18 · 1e21.
      expect(Number.isFinite(await model.trainOnBatch(x, y))).toBe(true);
      expect(await valuesOf(model)).toEqual(before);
      release(model);
      tf.dispose([x, y]);
    });
  }, ['cpu', 'wasm']);
}

describeBackends('a loss that is not finite, on a device', () => {
  test('throws some steps later', async () => {
    const model = compiled();
    const scheduler = new SETScheduler(model, {dropFraction: 0.3, updateInterval: 100});
    const {x, y} = data();
    const training = async () => {
      for (let i = 0; i < BATCHES; i++) {
        await trainOn(model, {x, y}, i);
        await scheduler.step();
      }
    };
    await expect(training()).rejects.toThrow(/^fit: the loss of model/);
    release(model);
    tf.dispose([x, y]);
  });

  test('comes through batch normalisation and relu of replayed steps', async () => {
    const model = tf.sequential({
      layers: [
        maskedDense({units: 4, inputShape: [3], density: 0.75, seed: 1}),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        maskedDense({units: 2, density: 1, seed: 2}),
      ],
    });
    model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
    setNonFinite(model, 'throw');
    const [x, y, bad] = [tf.randomNormal([4, 3], 0, 1, 'float32', 1), tf.ones([4, 2]), tf.fill([4, 3], Number.NaN)];
    for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
    expect(await model.trainOnBatch(bad, y)).toBeNaN();
    await expect(model.trainOnBatch(x, y)).rejects.toThrow(/^fit: the loss of model/);
    release(model);
    tf.dispose([x, y, bad]);
  });

  test('throws or stops at the end of the epoch, also without a callback that waits', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const [x, y] = [
      tf.tensor2d(
        Array.from({length: 80}, (_, i) => (i === 48 ? Number.NaN : 1)),
        [40, 2],
      ),
      tf.ones([40, 1]),
    ];
    const fitted = async (policy: 'throw' | 'stop') => {
      const model = tf.sequential({layers: [maskedDense({units: 1, inputShape: [2], density: 1, seed: 1})]});
      model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
      setNonFinite(model, policy);
      try {
        return (await model.fit(x, y, {epochs: 3, batchSize: 8, shuffle: false, verbose: 0})).epoch;
      } finally {
        release(model);
      }
    };
    await expect(fitted('throw')).rejects.toThrow(/^fit: the loss of model/);
    expect(await fitted('stop')).toEqual([0]);
    vi.restoreAllMocks();
    tf.dispose([x, y]);
  });

  test('cannot be skipped', async () => {
    const model = compiled();
    setNonFinite(model, 'skip');
    const set = data();
    await expect(trainOn(model, set, 0)).rejects.toThrow(
      "setNonFinite: policy 'skip' must be used on the backend cpu or wasm, received webgpu. Choose 'stop' or 'throw'.",
    );
    release(model);
    tf.dispose(set);
  });
}, ['webgpu']);

describeBackends('setNonFinite', () => {
  test('wants one of four words', () => {
    const model = compiled();
    expect(() => setNonFinite(model, 'throws' as never)).toThrow(
      'setNonFinite: policy must be one of throw, stop, skip, ignore, received "throws". Choose one.',
    );
    release(model);
  });

  test('with an optimizer that has a minimize of its own, throw acts after the step, and skip is refused', async () => {
    const {x, y} = data();
    for (const [policy, message] of [
      ['throw', /^fit: the loss/],
      ['skip', /^setNonFinite: policy 'skip' must be used with an optimizer/],
    ] as const) {
      const optimizer = tf.train.sgd(0.1);
      const {minimize} = optimizer;
      optimizer.minimize = (...args) => minimize.apply(optimizer, args);
      const model = compiled(optimizer);
      setNonFinite(model, policy);
      await expect(model.trainOnBatch(x, y)).rejects.toThrow(message);
      release(model);
    }
    tf.dispose([x, y]);
  });
}, ['cpu', 'wasm']);
