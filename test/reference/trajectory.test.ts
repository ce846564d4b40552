import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  cosineDecay,
  DSTScheduler,
  type Grower,
  gradientGrowth,
  magnitudePruning,
  type NamedSparseWeight,
  selectLargest,
  sparsify,
  type Topology,
} from 'itop';
import {beforeAll, describe, expect, it} from 'vitest';
import {toDense, topologyFromTorch} from '../support/layer.ts';
import {momentumScore} from '../support/momentumScore.ts';
import {describeReference, fromTorch, readReference, shapeFromTorch} from '../support/reference.ts';

type PerParameter = Record<string, number[]>;

interface Step {
  step: number;
  loss: number;
  death_rate: number;
  weight?: PerParameter;
  momentum_buffer?: PerParameter;
  update?: {
    mask: PerParameter;
    num_remove: Record<string, number>;
    fired_rate: Record<string, number>;
    total_fired_rate: number;
  };
}

interface Case {
  name: string;
  dims: [number, number, number];
  batch: number;
  num_batches: number;
  optimizer: {kind: 'sgd' | 'adam'; lr: number; momentum: number; weight_decay: number; nesterov: boolean};
  growth: 'gradient' | 'momentum';
  death_rate: number;
  T_max: number;
  update_frequency: number | null;
  density: number;
  shapes: Record<string, number[]>;
  x: number[];
  y: number[];
  initial_weight: PerParameter;
  initial_mask: PerParameter;
  weight_after_init: PerParameter;
  steps: Step[];
}

/** Ours and PyTorch's float32 arithmetic differ by a few 1e-7. */
const TOLERANCE = 1e-5;

const layerNames = ['fc1', 'fc2'];
const schedule = ({death_rate, T_max}: Case) => cosineDecay(death_rate, T_max, {floor: 0.005});

/** The official network as a sparse model, with its initial weights, masks and optimizer. */
function officialModel(official: Case): tf.LayersModel {
  const {dims, density, shapes, initial_weight, initial_mask} = official;
  const {kind, lr, momentum, weight_decay, nesterov} = official.optimizer;
  // The gradient of this penalty is weight_decay · w, which PyTorch adds inside its optimizer.
  const penalty = tf.regularizers.l2({l2: weight_decay / 2});
  const layer = (name: string, units: number, args: object) =>
    tf.layers.dense({name, units, kernelRegularizer: penalty, biasRegularizer: penalty, ...args});
  const dense = tf.sequential({
    layers: [layer('fc1', dims[1], {inputShape: [dims[0]], activation: 'relu'}), layer('fc2', dims[2], {})],
  });
  const topologies: Record<string, Topology> = {};
  for (const name of layerNames) {
    const shape = shapes[`${name}.weight`];
    topologies[name] = topologyFromTorch(shape, initial_mask[`${name}.weight`]);
    const kernel = tf.tensor(fromTorch(shape, initial_weight[`${name}.weight`]), shapeFromTorch(shape));
    dense.getLayer(name).setWeights([kernel, tf.tensor1d(initial_weight[`${name}.bias`])]);
  }
  const model = sparsify(dense, {density, topologies});
  model.compile({
    optimizer: kind === 'sgd' ? tf.train.momentum(lr, momentum, nesterov) : tf.train.adam(lr, 0.9, 0.999, 1e-8),
    loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
  });
  return model;
}

/** Trains on the batch of a step; returns the loss before it, without the penalty. */
async function train(model: tf.LayersModel, official: Case, step: number): Promise<number> {
  const {dims, batch, num_batches, x, y, optimizer} = official;
  const penalty = (optimizer.weight_decay / 2) * sumOfSquares(model);
  const first = ((step - 1) % num_batches) * batch;
  const inputs = tf.tensor2d(x.slice(first * dims[0], (first + batch) * dims[0]), [batch, dims[0]]);
  const labels = tf.oneHot(tf.tensor1d(y.slice(first, first + batch), 'int32'), dims[2]);
  return ((await model.trainOnBatch(inputs, labels)) as number) - penalty;
}

function sumOfSquares(model: tf.LayersModel): number {
  return tf.addN(model.trainableWeights.map((weight) => tf.sum(tf.square(weight.read())))).dataSync()[0];
}

/** All weights of the model, or one optimizer slot of each, by their official names and dense; of biases too. */
function parameters(scheduler: DSTScheduler, read: (variable: tf.Variable) => Float32Array): PerParameter {
  return Object.fromEntries(
    scheduler.weights.flatMap(({name, weight, layer}) => [
      [`${name}.weight`, toDense(weight.topology, read(weight.variable))],
      [`${name}.bias`, Array.from(read(layer.bias!.read() as tf.Variable))],
    ]),
  );
}

const weightsOf = (scheduler: DSTScheduler) => parameters(scheduler, valuesOf);
const valuesOf = (variable: tf.Variable) => variable.dataSync() as Float32Array;

/** The optimizer's slot of a variable, by tfjs's public way to it. */
async function slotReader(model: tf.LayersModel, slot: string) {
  const slots = new Map((await model.optimizer.getWeights()).map(({name, tensor}) => [name, tensor as tf.Variable]));
  return (variable: tf.Variable) => slots.get(`${variable.name}/${slot}`)!;
}

/** The largest difference to official numbers, in PyTorch's layout. */
function difference({shapes}: Case, actual: PerParameter, official: PerParameter): number {
  const differences = Object.entries(official).flatMap(([name, values]) => {
    const expected = name.endsWith('weight') ? fromTorch(shapes[name], values) : values;
    expect(actual[name].length).toBe(expected.length);
    return actual[name].map((value, i) => Math.abs(value - expected[i]));
  });
  return differences.reduce((a, b) => Math.max(a, b));
}

/**
 * Adam's moments at every position, as the official code keeps them: a dense gradient at every step.
 *
 * The library has slots for active connections only. Whoever wants these moments arms the probes at every step and keeps the
 * moments beside the model.
 */
class DenseMoments {
  private readonly mean = new Map<string, Float32Array>();
  private readonly square = new Map<string, Float32Array>();

  constructor(private readonly weights: readonly NamedSparseWeight[]) {
    for (const {name, weight} of weights) {
      this.mean.set(name, new Float32Array(weight.topology.size));
      this.square.set(name, new Float32Array(weight.topology.size));
    }
  }

  /** Call it before each step of the training. */
  arm(): void {
    for (const {weight} of this.weights) weight.probe.arm();
  }

  /** Call it after the step, before the scheduler's. */
  async record(): Promise<void> {
    for (const {name, weight} of this.weights) {
      const gradient = (await weight.probe.read()).block(0, weight.topology.size);
      const [mean, square] = [this.mean.get(name)!, this.square.get(name)!];
      gradient.forEach((g, position) => {
        mean[position] += 0.1 * (g - mean[position]);
        square[position] += 0.001 * (g * g - square[position]);
      });
    }
  }

  /** |momentum| of a layer at all positions, as the official momentum growth scores them. */
  scores(name: string): number[] {
    return momentumScore({exp_avg: [...this.mean.get(name)!], exp_avg_sq: [...this.square.get(name)!]});
  }

  /** Writes the moments into the slots of the connections that were not there before. */
  async writeInto(model: tf.LayersModel, before: readonly Topology[]): Promise<void> {
    for (const [slot, moments] of [['m', this.mean], ['v', this.square]] as const) {
      const slotOf = await slotReader(model, slot);
      this.weights.forEach(({name, weight: {variable, topology}}, layer) => {
        const wasActive = before[layer].mask();
        const values = valuesOf(slotOf(variable)).slice();
        topology.positions().forEach((position, k) => {
          if (!wasActive[position]) values[k] = moments.get(name)![position];
        });
        slotOf(variable).assign(tf.tensor1d(values));
      });
    }
  }
}

/** A grower of one's own, for the layers of one model: the largest momentum. */
function momentumGrowth(moments: () => DenseMoments, official: Case): Grower {
  const layerOf = (shape: readonly number[]) =>
    layerNames.find((name) => String(shapeFromTorch(official.shapes[`${name}.weight`])) === String(shape))!;
  return {
    grow({shape, active, k}) {
      const scores = Float32Array.from(moments().scores(layerOf(shape)));
      for (const position of active) scores[position] = -1;
      return selectLargest(scores, k);
    },
  };
}

function schedulerFor(model: tf.LayersModel, official: Case, grower: Grower): DSTScheduler {
  return new DSTScheduler(model, {
    updateInterval: official.update_frequency ?? Number.POSITIVE_INFINITY,
    dropFraction: schedule(official),
    pruner: magnitudePruning(),
    grower,
  });
}

/** The scheduler's step does what the official one did: nothing, or an update with the same drops, masks and rates. */
async function expectUpdate(scheduler: DSTScheduler, {shapes}: Case, {step, death_rate, update}: Step) {
  const report = await scheduler.step();
  expect(report?.step).toBe(update && step);
  if (!report || !update) return;
  expect(report.dropFraction).toBeCloseTo(death_rate, 12);
  expect(report.explorationRate).toBe(update.total_fired_rate);
  scheduler.weights.forEach(({name, weight}, layer) => {
    const key = `${name}.weight`;
    expect([...weight.topology.mask()]).toEqual(fromTorch(shapes[key], update.mask[key]));
    expect(report.layers[layer].dropped).toBe(update.num_remove[key]);
    expect(Math.fround(report.layers[layer].explorationRate)).toBe(update.fired_rate[key]);
  });
}

function expectWeights(scheduler: DSTScheduler, official: Case, {weight}: Step): void {
  if (weight) console.log(difference(official, weightsOf(scheduler), weight))
  if (weight) expect(difference(official, weightsOf(scheduler), weight)).toBeLessThan(TOLERANCE);
}


describeReference('whole trainings against the official ones', () => {
  const cases = readReference<Case[]>('trajectory');
  const withSGD = cases.filter(({optimizer}) => optimizer.kind === 'sgd');
  const withAdam = cases.filter(({optimizer}) => optimizer.kind === 'adam');

  it.each(cases)('$name: the drop fraction after each step', (official) => {
    for (const {step, death_rate} of official.steps) expect(schedule(official)(step)).toBeCloseTo(death_rate, 12);
  });

  describe.each(['cpu', 'wasm'])('on %s', (backend) => {
    beforeAll(async () => {
      expect(await tf.setBackend(backend)).toBe(true);
    });

    it.each(withSGD)('$name: losses, weights, momentum, connections and exploration', async (official) => {
      const model = officialModel(official);
      const scheduler = schedulerFor(model, official, gradientGrowth());
      expect(difference(official, weightsOf(scheduler), official.weight_after_init)).toBe(0);
      for (const expected of official.steps) {
        const loss = await train(model, official, expected.step);
        expect(Math.abs(loss - expected.loss)).toBeLessThan(TOLERANCE);
        await expectUpdate(scheduler, official, expected);
        expectWeights(scheduler, official, expected);
        if (expected.momentum_buffer) {
          const slotOf = await slotReader(model, 'momentum');
          const momenta = parameters(scheduler, (variable) => valuesOf(slotOf(variable)));
          expect(difference(official, momenta, expected.momentum_buffer)).toBeLessThan(TOLERANCE);
        }
      }
    });

    it.each(withAdam)('$name: the same with the moments of inactive connections', async (official) => {
      const model = officialModel(official);
      const grower = official.growth === 'momentum' ? momentumGrowth(() => moments, official) : gradientGrowth();
      const scheduler = schedulerFor(model, official, grower);
      const moments = new DenseMoments(scheduler.weights);
      for (const expected of official.steps) {
        moments.arm();
        const loss = await train(model, official, expected.step);
        console.log(expected.step, loss - expected.loss);
        expect(Math.abs(loss - expected.loss)).toBeLessThan(TOLERANCE);
        await moments.record();
        const before = scheduler.weights.map(({weight}) => weight.topology);
        await expectUpdate(scheduler, official, expected);
        await moments.writeInto(model, before);
        expectWeights(scheduler, official, expected);
      }
    });
  });
});
