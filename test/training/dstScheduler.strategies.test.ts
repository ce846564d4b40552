import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  DSTScheduler,
  type Grower,
  gradientGrowth,
  magnitudePruning,
  maskedConv2d,
  maskedDense,
  mixedGrowth,
  type Pruner,
  RigLScheduler,
  SETScheduler,
  type Topology,
  taylorPruning,
  toDense,
  unexploredFirstGrowth,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {positionsOf, smallModel, someData, trainSteps, valuesOf} from '../support/training.ts';

/** A model and a batch for it. */
interface Example {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor | tf.Tensor[];
  readonly y: tf.Tensor;
}

const meanSquares = (y: tf.Tensor, output: tf.Tensor) => tf.losses.meanSquaredError(y, output) as tf.Scalar;

/** Numbers in (−1, 1), the same on every backend. */
function wave(shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({length: size}, (_, i) => Math.sin(7.13 * i * i + 0.3 * i)),
    shape,
  );
}

const examples: Record<string, () => Example> = {
  'a dense network': () => {
    const model = tf.sequential({
      layers: [
        maskedDense({inputShape: [12], units: 16, density: 0.3, activation: 'tanh', seed: 1}),
        maskedDense({units: 4, density: 0.3, seed: 2}),
      ],
    });
    return {model, x: wave([32, 12]), y: wave([32, 4])};
  },
  'a shared layer': () => {
    const inputs = [tf.input({shape: [6]}), tf.input({shape: [6]})];
    const shared = maskedDense({units: 8, density: 0.3, activation: 'tanh', seed: 1});
    const both = tf.layers.concatenate().apply(inputs.map((input) => shared.apply(input) as tf.SymbolicTensor));
    const outputs = maskedDense({units: 2, density: 0.4, seed: 2}).apply(both) as tf.SymbolicTensor;
    return {model: tf.model({inputs, outputs}), x: [wave([16, 6]), wave([16, 6]).neg().add(0.3)], y: wave([16, 2])};
  },
  'a layer inside TimeDistributed': () => {
    const layer = maskedDense({units: 5, density: 0.3, activation: 'tanh', seed: 1});
    const model = tf.sequential({
      layers: [tf.layers.timeDistributed({inputShape: [3, 6], layer}), maskedDense({units: 2, density: 0.5, seed: 2})],
    });
    return {model, x: wave([8, 3, 6]), y: wave([8, 3, 2])};
  },
  'a convolutional network': () => {
    const model = tf.sequential({
      layers: [
        maskedConv2d({
          inputShape: [8, 8, 2],
          filters: 4,
          kernelSize: 3,
          padding: 'same',
          density: 0.3,
          activation: 'tanh',
          seed: 1,
        }),
        maskedConv2d({filters: 3, kernelSize: [3, 2], strides: [2, 1], density: 0.3, activation: 'tanh', seed: 2}),
        tf.layers.flatten(),
        maskedDense({units: 2, density: 0.2, seed: 3}),
      ],
    });
    return {model, x: wave([6, 8, 8, 2]), y: wave([6, 2])};
  },
};

/** The gradients of all positions, by stock ops on a dense model of the same weights. */
function denseGradients({model, x, y}: Example): Float32Array[] {
  const dense = toDense(model);
  const kernels = dense.trainableWeights.filter(({name}) => name.includes('kernel')).map((weight) => weight.read());
  const {grads} = tf.variableGrads(
    () => meanSquares(y, dense.apply(x, {training: true}) as tf.Tensor),
    kernels as tf.Variable[],
  );
  return kernels.map((kernel) => valuesOf(grads[(kernel as tf.Variable).name] as tf.Variable));
}

/** One layer before and after an update with a drop fraction of 0.4. */
class UpdatedLayer {
  readonly after: number[];
  /** Connections to replace. */
  readonly k: number;

  constructor(
    readonly before: readonly number[],
    readonly topology: Topology,
    /** The weights before the update, by slot. */
    readonly values: Float32Array,
    /** The gradient of the last step, by position. */
    readonly gradient: Float32Array,
  ) {
    this.after = [...topology.positions()];
    this.k = Math.ceil(0.4 * topology.nnz);
  }

  /** The positions that stay if those with the `k` lowest scores are dropped. */
  keptBy(score: (slot: number, position: number) => number): number[] {
    const scores = new Map(this.before.map((position, slot) => [position, score(slot, position)]));
    return largest(this.before, this.before.length - this.k, (position) => scores.get(position)!);
  }

  /** The positions outside `kept` with the `count` largest gradients. */
  grownByGradient(kept: readonly number[], count: number): number[] {
    const candidates = Array.from(this.gradient.keys()).filter((position) => !kept.includes(position));
    return largest(candidates, count, (position) => Math.abs(this.gradient[position]));
  }
}

/** The positions with the `count` largest scores, ascending. */
function largest(positions: readonly number[], count: number, score: (position: number) => number): number[] {
  const ordered = [...positions].sort((a, b) => score(b) - score(a) || a - b);
  return ordered.slice(0, count).sort((a, b) => a - b);
}

/** Trains one step on an example and updates it. */
async function updatedLayers(example: Example, pruner: Pruner, grower: Grower): Promise<UpdatedLayer[]> {
  const {model, x, y} = example;
  model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: meanSquares});
  const scheduler = new DSTScheduler(model, {updateInterval: 1, dropFraction: 0.4, pruner, grower});
  const gradients = denseGradients(example);
  const before = positionsOf(model);
  await model.trainOnBatch(x, y);
  const values = scheduler.weights.map(({weight}) => valuesOf(weight.variable));
  await scheduler.step();
  return scheduler.weights.map(({weight}, i) => new UpdatedLayer(before[i], weight.topology, values[i], gradients[i]));
}

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  beforeEach(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  const names = Object.keys(examples);
  it.each(names)('%s: RigL drops the smallest weights and grows at the largest gradients', async (name) => {
    const layers = await updatedLayers(examples[name](), magnitudePruning(), gradientGrowth());
    expect(layers.length).toBeGreaterThan(1);
    for (const layer of layers) {
      const kept = layer.keptBy((slot) => Math.abs(layer.values[slot]));
      const grown = layer.grownByGradient(kept, layer.k);
      expect(layer.after).toEqual([...kept, ...grown].sort((a, b) => a - b));
      expect(grown.some((position) => !layer.before.includes(position))).toBe(true);
    }
  });

  it.each(names)('%s: Taylor pruning drops the smallest |w · dL/dw|', async (name) => {
    for (const layer of await updatedLayers(examples[name](), taylorPruning(), unexploredFirstGrowth())) {
      const kept = layer.keptBy((slot, position) => Math.abs(layer.values[slot] * layer.gradient[position]));
      // Nothing that was dropped is grown: what remains of the old connections was kept.
      expect(layer.after.filter((position) => layer.before.includes(position))).toEqual(kept);
    }
  });

  it('mixed growth takes its shares: by gradient, then where no connection was before', async () => {
    const grower = mixedGrowth([
      [0.5, gradientGrowth()],
      [0.5, unexploredFirstGrowth()],
    ]);
    for (const layer of await updatedLayers(examples['a dense network'](), magnitudePruning(), grower)) {
      const kept = layer.keptBy((slot) => Math.abs(layer.values[slot]));
      const byGradient = layer.grownByGradient(kept, Math.ceil(layer.k / 2));
      expect(layer.after).toEqual(expect.arrayContaining([...kept, ...byGradient]));
      const others = layer.after.filter((position) => !kept.includes(position) && !byGradient.includes(position));
      expect(others.length).toBe(Math.floor(layer.k / 2));
      expect(others.some((position) => layer.before.includes(position))).toBe(false);
    }
  });

  it('a convolutional network trains with SET and with RigL', async () => {
    for (const Scheduler of [SETScheduler, RigLScheduler]) {
      const {model, x, y} = examples['a convolutional network']();
      model.compile({optimizer: tf.train.adam(0.02), loss: meanSquares});
      const tensors = new Set<number>();
      const onUpdate = () => tensors.add(tf.memory().numTensors);
      const scheduler = new Scheduler(model, {updateInterval: 5, dropFraction: 0.2, seed: 1, onUpdate});
      const nnz = positionsOf(model).map(({length}) => length);
      const losses: number[] = [];
      for (let step = 0; step < 60; step++) {
        losses.push((await model.trainOnBatch(x, y)) as number);
        await scheduler.step();
      }
      expect(tensors.size).toBe(1);
      expect(losses[59]).toBeLessThan(losses[0] / 4);
      expect(positionsOf(model).map(({length}) => length)).toEqual(nnz);
      expect(scheduler.tracker.rate).toBeGreaterThan(scheduler.tracker.history[0].rate);
    }
  });
});

it('unexploredFirst growth explores k new connections with every update, until none is left', async () => {
  await tf.setBackend('cpu');
  const model = smallModel();
  const scheduler = new DSTScheduler(model, {
    updateInterval: 1,
    dropFraction: 0.3,
    pruner: magnitudePruning(),
    grower: unexploredFirstGrowth(),
  });
  await trainSteps(model, scheduler, 10);
  // 58 of 192 and 19 of 64 are active at first, 18 and 6 are grown by each update.
  const explored = Array.from({length: 11}, (_, updates) => [
    Math.min(192, 58 + 18 * updates) / 192,
    Math.min(64, 19 + 6 * updates) / 64,
  ]);
  expect(scheduler.tracker.history.map(({rates}) => rates)).toEqual(explored);
  expect(scheduler.tracker.rate).toBe(1);
});

it('gradients are recorded in the step before an update only, and only if a strategy needs them', async () => {
  await tf.setBackend('cpu');
  const isRecorded = async (Scheduler: typeof SETScheduler | typeof RigLScheduler) => {
    const model = smallModel();
    const scheduler = new Scheduler(model, {updateInterval: 3, dropFraction: 0.3});
    const found: boolean[] = [];
    const {x, y} = someData();
    for (let step = 1; step <= 6; step++) {
      await model.trainOnBatch(x, y);
      const [{weight}] = scheduler.weights;
      found.push(
        await weight.probe.read().then(
          () => true,
          () => false,
        ),
      );
      await scheduler.step();
    }
    return found;
  };
  expect(await isRecorded(RigLScheduler)).toEqual([false, false, true, false, false, true]);
  expect(await isRecorded(SETScheduler)).toEqual([false, false, false, false, false, false]);
});
