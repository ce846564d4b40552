import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  continuousSparsification,
  DSTScheduler,
  gradientGrowth,
  groupLasso,
  magnitudePruning,
  maskedDense,
  networkSurgery,
  type Reparameterization,
  registerReparameterization,
  SETScheduler,
  softDeepRewiring,
  sparseWeights,
  variationalDropout,
} from 'itop';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {beforeEach, describe, expect, it} from 'vitest';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';
import {drawing} from '../support/drawing.ts';
import {memoryStore} from '../support/resumedTraining.ts';
import {someData} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('wasm');
});

const scaled: Reparameterization = {
  name: 'scaled',
  options: {},
  weights: {scale: {per: 'connection', initial: 1.5}},
  apply: (values, {weights}) => tf.mul(values, weights.scale),
};
registerReparameterization('scaled', () => scaled);

function model(reparameterization: Reparameterization, density: number, seed = 1): tf.Sequential {
  const made = tf.sequential({
    layers: [
      maskedDense({name: 'hidden', units: 16, inputShape: [12], density, activation: 'relu', reparameterization, seed}),
      maskedDense({name: 'output', units: 4, density, activation: 'softmax', reparameterization, seed: seed + 1}),
    ],
  });
  made.compile({optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy'});
  return made;
}

/** By position: the value, the scale, and Adam's two moments of both. */
function numbersOf(trained: tf.LayersModel, index: number): Map<number, number[]> {
  const {weight} = sparseWeights(trained)[index];
  const variables = [weight.values, ...weight.perConnection.map((each) => each.weight)].map(
    (each) => each.read() as tf.Variable,
  );
  const slots = variables.flatMap(({name}) => slotsOf(trained.optimizer, name)).map(({variable}) => variable);
  const columns = [...variables, ...slots].map((variable) => variable.dataSync());
  expect(columns.length).toBe(6);
  return new Map(Array.from(weight.topology.positions(), (position, slot) => [position, columns.map((c) => c[slot])]));
}

describe('a weight that is trained for each connection', () => {
  it.each([
    ['as many connections', undefined],
    ['fewer and fewer', (step: number) => 0.6 - 0.02 * step],
    ['more and more', (step: number) => 0.3 + 0.02 * step],
  ])('follows its connection with its optimizer state, and a new one begins: %s', async (_, density) => {
    const {x, y} = someData();
    for (let seed = 1; seed <= 4; seed++) {
      const trained = model(scaled, density?.(0) ?? 0.4, seed);
      const scheduler = new DSTScheduler(trained, {
        pruner: magnitudePruning(),
        grower: gradientGrowth(),
        updateInterval: 1,
        dropFraction: 0.3,
        seed,
        regrown: 'fresh',
        ...(density && {density}),
      });
      for (let step = 0; step < 10; step++) {
        await trained.trainOnBatch(x, y);
        const before = [numbersOf(trained, 0), numbersOf(trained, 1)];
        const {layers} = (await scheduler.step())!;
        const tensors = tf.memory().numTensors;
        for (const [i, {update}] of layers.entries()) {
          const now = numbersOf(trained, i);
          const isNew = new Set<number>(update!.grown);
          for (const [position, numbers] of now) {
            expect(numbers).toEqual(isNew.has(position) ? [0, 1.5, 0, 0, 0, 0] : before[i].get(position));
          }
        }
        expect(tf.memory().numTensors).toBe(tensors);
      }
      trained.dispose();
    }
  });

  it('is continued from a checkpoint as if the training had never stopped, steps of continuous sparsification included', async () => {
    const {x, y} = someData();
    const made = () => model(continuousSparsification({steps: 12, lambda: 1e-3, initial: 0.1}), 0.5);
    const scheduled = (each: tf.LayersModel) => new SETScheduler(each, {updateInterval: 2, dropFraction: 0.3, seed: 1});
    const train = async (each: tf.LayersModel, scheduler: SETScheduler) => {
      const losses: number[] = [];
      for (let step = 0; step < 5; step++) {
        losses.push((await each.trainOnBatch(x, y)) as number);
        await scheduler.step();
      }
      return losses;
    };
    const whole = made();
    const scheduler = scheduled(whole);
    await train(whole, scheduler);
    const store = memoryStore();
    await saveCheckpoint(store, {model: whole, scheduler});
    const expected = await train(whole, scheduler);
    const other = made();
    await train(other, scheduled(other));
    const resumed = scheduled(other);
    await loadCheckpoint(store, {model: other, scheduler: resumed});
    expect(await train(other, resumed)).toEqual(expected);
  });
});

describe('a layer that is called twice in a training step', () => {
  // Without penalties, which TensorFlow.js adds once for each call of a layer.
  it.each([
    continuousSparsification({steps: 6, lambda: 0}),
    softDeepRewiring({noise: 0.1, l1: 0, lowest: -0.05}),
  ])('makes one step, and computes with the same values both times: $name', async (reparameterization) => {
    const made = () => maskedDense({units: 6, density: 1, useBias: false, reparameterization, seed: 1});
    const [shared, single] = [made(), made()];
    const [first, second] = [tf.input({shape: [12]}), tf.input({shape: [12]})];
    const outputs = [first, second].map((input) => shared.apply(input) as tf.SymbolicTensor);
    // The mean of two equal outputs.
    const mean = tf.layers.average().apply(outputs) as tf.SymbolicTensor;
    const twice = tf.model({inputs: [first, second], outputs: mean});
    const once = tf.model({inputs: first, outputs: single.apply(first) as tf.SymbolicTensor});
    for (const each of [twice, once]) each.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
    const {x} = someData();
    const y = tf.ones([32, 6]);
    for (let step = 0; step < 4; step++) {
      const loss = (await once.trainOnBatch(x, y)) as number;
      expect(await twice.trainOnBatch([x, x], y)).toBeCloseTo(loss, 5);
    }
    expect(shared.sparseWeight.random!.state()).toEqual(single.sparseWeight.random!.state());
  });
});

/** A layer of two connections with these values. */
function pair(reparameterization: Reparameterization, values: [number, number]) {
  const layer = maskedDense({units: 2, inputShape: [1], density: 1, useBias: false, reparameterization});
  tf.sequential({layers: [layer]});
  layer.sparseWeight.variable.assign(tf.tensor1d(values));
  const assign = (numbers: [number, number]) =>
    (layer.sparseWeight.perConnection[0].weight.read() as tf.Variable).assign(tf.tensor1d(numbers));
  const output = (training: boolean) => {
    // As an optimizer that changes nothing: a training step begins.
    if (training) layer.sparseWeight.variable.assign(tf.tensor1d(values));
    return [...layer.call(tf.ones([1, 1]), {training}).dataSync()];
  };
  return {layer, assign, output};
}

describe('by hand', () => {
  it('continuous sparsification multiplies by sigmoid(β · s), and then by 0 or 1', () => {
    const {assign, output} = pair(continuousSparsification({steps: 2, finalBeta: 4}), [2, 3]);
    assign([0.5, -0.25]);
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    // β = 4^(step / 2): 1, 2, 4, and 4 from then on.
    for (const beta of [1, 2, 4, 4]) {
      const [first, second] = output(true);
      expect(first).toBeCloseTo(2 * sigmoid(0.5 * beta), 5);
      expect(second).toBeCloseTo(3 * sigmoid(-0.25 * beta), 5);
    }
    expect(output(false)).toEqual([2, 0]);
  });

  it('variational dropout spreads outputs by √α · |w|, and leaves out what is mostly noise', () => {
    const {assign, output} = pair(variationalDropout({lambda: 0}), [2, 0.1]);
    // σ² = 0.25: log α is log(1/16) = −2.8 and log 25 = 3.2, above 3.
    assign([Math.log(0.25), Math.log(0.25)]);
    expect(output(false)).toEqual([2, 0]);
    const draws = Array.from({length: 4000}, () => output(true));
    for (const [i, mean] of [2, 0.1].entries()) {
      const errors = draws.map((draw) => draw[i] - mean);
      const variance = errors.reduce((sum, error) => sum + error * error, 0) / draws.length;
      // Deviations of the mean are 0.5 / √4000 = 0.008, of the variance 0.25 · √(2 / 4000) = 0.0056: five of each.
      expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / draws.length)).toBeLessThan(0.04);
      expect(Math.abs(variance - 0.25)).toBeLessThan(0.028);
    }
  });

  it('soft Deep Rewiring lets connections become dormant, no lower than θ_min, and come back with their sign', () => {
    const {layer, output} = pair(softDeepRewiring({noise: 0.1, l1: 0.5, lowest: -0.15}), [0.2, -0.1]);
    const {sparseWeight: weight} = layer;
    const expectAfter = (draws: number[], expected: number[]) => {
      weight.random = drawing(draws);
      output(true).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 6);
      });
      expect(output(false).every((value, i) => Math.abs(value - expected[i]) < 1e-6)).toBe(true);
    };
    expect(output(false)).toEqual([0.2, -0.1].map(Math.fround));
    // θ is 0.2 − 0.3 and 0.1 + 0.1; the signs are those of the start.
    expectAfter([-3, 1], [0, -0.2]);
    // Only the second learns, and pays.
    const {value, grads} = tf.variableGrads(() => (layer.losses[0] as () => tf.Scalar)(), [weight.variable]);
    expect(value.dataSync()[0]).toBeCloseTo(0.1, 6);
    expect([...grads[weight.variable.name].dataSync()].map((slope) => slope + 0)).toEqual([0, -0.5]);
    // −0.1 − 0.4 is cut off at −0.15.
    expectAfter([-4, 0], [0, -0.2]);
    expectAfter([2, -4], [0.05, 0]);
    expectAfter([0, 3], [0.05, -0.15]);
  });

  it('network surgery prunes below 0.9 of the limit, splices above 1.1, and leaves what is between as it was', () => {
    const layer = maskedDense({
      units: 4,
      inputShape: [1],
      density: 1,
      useBias: false,
      reparameterization: networkSurgery({deviations: 0}),
    });
    tf.sequential({layers: [layer]});
    const {sparseWeight} = layer;
    const output = (values: number[], training: boolean) => {
      sparseWeight.variable.assign(tf.tensor1d(values));
      return [...layer.call(tf.ones([1, 1]), {training}).dataSync()];
    };
    // The limit is the mean of the magnitudes, 1.
    expect(output([0.89, -0.91, 1.1, 1.1], true)).toEqual([0, -0.91, 1.1, 1.1].map(Math.fround));
    expect(output([-1.09, 0.85, 1.05, 1.01], true)).toEqual([0, 0, 1.05, 1.01].map(Math.fround));
    expect(output([1.2, 1, 0.8, 1], true)).toEqual([1.2, 0, 0, 1].map(Math.fround));
    // Predictions decide nothing.
    expect(output([5, 5, 5, 5], false)).toEqual([5, 0, 0, 5]);
    const dy = tf.variableGrads(
      () => tf.sum(layer.call(tf.ones([1, 1]), {training: true})) as tf.Scalar,
      [sparseWeight.variable],
    );
    // Those that are left out learn, too.
    expect([...Object.values(dy.grads)[0].dataSync()]).toEqual([1, 1, 1, 1]);
  });

  it.each([
    ['output', 0.5 * Math.SQRT2 * (5 + 0.1), [3, 0, 4, 0]],
    ['input', 0.5 * Math.SQRT2 * (Math.hypot(3, 0.06) + Math.hypot(4, 0.08)), [3, 0.06, 4, 0.08]],
  ] as const)('group lasso costs λ · √n · ‖w‖ of each %s, and small groups count as 0 after training', (groups, penalty, kept) => {
    const layer = maskedDense({
      units: 2,
      inputShape: [2],
      density: 1,
      reparameterization: groupLasso({lambda: 0.5, groups, threshold: 0.1}),
    });
    tf.sequential({layers: [layer]});
    const {sparseWeight} = layer;
    // Columns are [3, 4] and [0.06, 0.08], whose root mean square is 0.07.
    sparseWeight.variable.assign(tf.tensor1d([3, 0.06, 4, 0.08]));
    const {value, grads} = tf.variableGrads(() => (layer.losses[0] as () => tf.Scalar)(), [sparseWeight.variable]);
    expect(value.dataSync()[0]).toBeCloseTo(penalty, 5);
    // w / ‖w‖ of the group.
    const norms =
      groups === 'output'
        ? [5, 0.1, 5, 0.1]
        : [Math.hypot(3, 0.06), Math.hypot(3, 0.06), Math.hypot(4, 0.08), Math.hypot(4, 0.08)];
    [...Object.values(grads)[0].dataSync()].forEach((slope, i) => {
      expect(slope).toBeCloseTo((0.5 * Math.SQRT2 * [3, 0.06, 4, 0.08][i]) / norms[i], 5);
    });
    expect([...sparseWeight.computed(false).dataSync()]).toEqual(kept.map(Math.fround));
    expect([...sparseWeight.computed(true).dataSync()]).toEqual([3, 0.06, 4, 0.08].map(Math.fround));
  });
});
