import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  DSTScheduler,
  type Grower,
  magnitudePruning,
  type NamedSparseWeight,
  replayable,
  sparsify,
  type Topology,
} from 'itop';
import {selectLargest} from 'itop/core';
import {toDense, topologyFromTorch} from './layer.ts';
import {momentumScore} from './momentumScore.ts';
import {fromTorch, shapeFromTorch} from './reference.ts';

type PerParameter = Record<string, number[]>;

/** One step of an official training; the weights and the update are those after it. */
export interface OfficialStep {
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

/** A whole official training of a network with one hidden layer. */
export interface OfficialTraining {
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
  steps: OfficialStep[];
}

const layerNames = ['fc1', 'fc2'];

/** The official drop fractions. */
export const officialSchedule = ({death_rate, T_max}: OfficialTraining) => cosineDecay(death_rate, T_max);

/** The official network as a sparse model, with its initial weights, masks and optimizer. */
export function officialModel(official: OfficialTraining): tf.LayersModel {
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
    loss: replayable((labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits)),
  });
  return model;
}

/** A scheduler that updates when and as much as the official one. */
export function officialScheduler(model: tf.LayersModel, official: OfficialTraining, grower: Grower): DSTScheduler {
  return new DSTScheduler(model, {
    updateInterval: official.update_frequency ?? Number.POSITIVE_INFINITY,
    dropFraction: officialSchedule(official),
    pruner: magnitudePruning(),
    grower,
  });
}

/** Trains on the batch of a step; returns the loss before it, without the penalty. */
export async function trainStep(model: tf.LayersModel, official: OfficialTraining, step: number): Promise<number> {
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

/** The elements of a variable on the host. */
export function valuesOf(variable: tf.Variable): Float32Array {
  return variable.dataSync().slice() as Float32Array;
}

/** All weights of the model, biases too, dense and by their official names; or what `read` finds for each. */
export function parameters(scheduler: DSTScheduler, read = valuesOf): PerParameter {
  return Object.fromEntries(
    scheduler.weights.flatMap(({name, weight, layer}) => [
      [`${name}.weight`, toDense(weight.topology, read(weight.variable))],
      [`${name}.bias`, Array.from(read(layer.bias!.read() as tf.Variable))],
    ]),
  );
}

/** The optimizer's slot of a variable, by tfjs's public way to it. */
export async function slotReader(model: tf.LayersModel, slot: string): Promise<(variable: tf.Variable) => tf.Variable> {
  const slots = new Map((await model.optimizer.getWeights()).map(({name, tensor}) => [name, tensor as tf.Variable]));
  return (variable) => slots.get(`${variable.name}/${slot}`)!;
}

/** The largest difference to official numbers, which are in PyTorch's layout. */
export function maxDifference({shapes}: OfficialTraining, actual: PerParameter, official: PerParameter): number {
  const differences = Object.entries(official).flatMap(([name, values]) => {
    const expected = name.endsWith('weight') ? fromTorch(shapes[name], values) : values;
    return expected.map((value, i) => Math.abs(actual[name][i] - Math.fround(value)));
  });
  return differences.reduce((a, b) => Math.max(a, b));
}

/**
 * Adam's moments at every position, as the official code keeps them: a dense gradient at every step.
 *
 * The library has slots for active connections only. Whoever wants these moments arms the probes at every step and keeps the
 * moments beside the model.
 */
export class DenseMoments {
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
    for (const [slot, moments] of [
      ['m', this.mean],
      ['v', this.square],
    ] as const) {
      const slotOf = await slotReader(model, slot);
      this.weights.forEach(({name, weight: {variable, topology}}, layer) => {
        const wasActive = before[layer].mask();
        const values = valuesOf(slotOf(variable));
        topology.positions().forEach((position, k) => {
          if (!wasActive[position]) values[k] = moments.get(name)![position];
        });
        slotOf(variable).assign(tf.tensor1d(values));
      });
    }
  }
}

/** A grower of one's own, for the layers of one model: the largest momentum. */
export function momentumGrowth(moments: () => DenseMoments, official: OfficialTraining): Grower {
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
