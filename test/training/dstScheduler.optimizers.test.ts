import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {type DSTScheduler, GMPScheduler, RigLScheduler, SETScheduler, sparseWeights, toDense} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';
import {smallModel, smallNetwork, someData, valuesOf} from '../support/training.ts';

/** Every optimizer of tfjs, how many slots it has for a variable, and the value with which a slot starts. */
const optimizers = {
  SGD: {make: () => tf.train.sgd(0.1), slots: 0, initial: 0},
  momentum: {make: () => tf.train.momentum(0.05, 0.9), slots: 1, initial: 0},
  Nesterov: {make: () => tf.train.momentum(0.05, 0.9, true), slots: 1, initial: 0},
  Adagrad: {make: () => tf.train.adagrad(0.1), slots: 1, initial: Math.fround(0.1)},
  Adadelta: {make: () => tf.train.adadelta(5, 0.9, 1e-4), slots: 2, initial: 0},
  Adam: {make: () => tf.train.adam(0.02), slots: 2, initial: 0},
  Adamax: {make: () => tf.train.adamax(0.02), slots: 2, initial: 0},
  RMSProp: {make: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-4), slots: 2, initial: 0},
  // tfjs subtracts epsilon under the root, where it should add it: a gradient of 0 gives NaN, in dense layers as well.
  'centered RMSProp': {make: () => tf.train.rmsprop(0.01, 0.9, 0.5, -1e-4, true), slots: 3, initial: 0},
};

const STEPS = 16;
const options = {updateInterval: 4, dropFraction: 0.4, seed: 3};

/** Position -> value of each variable `[nnz]`: the values and the slots of one sparse weight. */
function byPosition(variables: readonly tf.Variable[], positions: ArrayLike<number>): Map<number, number>[] {
  return variables.map(
    (variable) => new Map(Array.from(valuesOf(variable), (value, slot) => [positions[slot], value])),
  );
}

/**
 * The same training by a dense model: masked weights and gradients, and all that tells of a connection reset where it is new.
 * The masks are those of the sparse model.
 */
class MaskedDenseTraining {
  readonly model: tf.LayersModel;
  private masks: Uint8Array[] = [];

  constructor(
    sparse: tf.LayersModel,
    private readonly optimizer: tf.Optimizer,
    private readonly initialSlot: number,
  ) {
    this.model = toDense(sparse);
    this.masks = sparseWeights(sparse).map(({weight}) => weight.topology.mask());
  }

  get kernels(): tf.Variable[] {
    return this.model.layers.map((layer) => layer.weights[0].read() as tf.Variable);
  }

  step(x: tf.Tensor, y: tf.Tensor): void {
    const loss = () => tf.metrics.categoricalCrossentropy(y, this.model.apply(x, {training: true}) as tf.Tensor).mean();
    const variables = this.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const {grads} = this.optimizer.computeGradients(loss as () => tf.Scalar, variables);
    this.kernels.forEach((kernel, layer) => {
      grads[kernel.name] = tf.mul(grads[kernel.name], tf.tensor(this.masks[layer], kernel.shape));
    });
    this.optimizer.applyGradients(variables.map(({name}) => ({name, tensor: grads[name]})));
    this.reset(this.masks);
  }

  update(masks: Uint8Array[]): void {
    this.reset(masks.map((mask, layer) => mask.map((active, position) => active & this.masks[layer][position])));
    this.masks = masks;
  }

  /** Weights to 0 and slots to their initial value where the mask is 0. */
  private reset(masks: Uint8Array[]): void {
    this.kernels.forEach((kernel, layer) => {
      const assign = (variable: tf.Variable, initial: number) => {
        const values = valuesOf(variable).map((value, position) => (masks[layer][position] ? value : initial));
        variable.assign(tf.tensor(values, variable.shape));
      };
      assign(kernel, 0);
      for (const {variable} of slotsOf(this.optimizer, kernel.name)) assign(variable, this.initialSlot);
    });
  }
}

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  beforeEach(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  describe.each(Object.entries(optimizers))('%s', (_, {make, slots, initial}) => {
    it('every slot stays with its connection, and new ones start fresh', async () => {
      const {x, y} = someData();
      const model = smallModel(make());
      const scheduler = new RigLScheduler(model, options);
      let [kept, fresh] = [0, 0];
      for (let step = 1; step <= STEPS; step++) {
        await model.trainOnBatch(x, y);
        const state = (each: DSTScheduler) =>
          each.weights.map(({weight: {variable, topology}}) => {
            const variables = [variable, ...slotsOf(model.optimizer, variable.name).map((slot) => slot.variable)];
            expect(variables.length).toBe(1 + slots);
            return byPosition(variables, topology.positions());
          });
        const before = state(scheduler);
        await scheduler.step();
        state(scheduler).forEach((variables, layer) => {
          variables.forEach((after, which) => {
            for (const [position, value] of after) {
              const wasActive = before[layer][which].has(position);
              expect(value).toBe(wasActive ? before[layer][which].get(position) : which === 0 ? 0 : initial);
              if (wasActive) kept++;
              else fresh++;
            }
          });
        });
      }
      expect(fresh).toBeGreaterThan(10 * (1 + slots));
      expect(kept).toBeGreaterThan(fresh);
    });

    it('trains as a dense model with masks whose new connections start fresh', async () => {
      const {x, y} = someData();
      const model = smallModel(make());
      const dense = new MaskedDenseTraining(model, make(), initial);
      const scheduler = new SETScheduler(model, options);
      for (let step = 1; step <= STEPS; step++) {
        await model.trainOnBatch(x, y);
        dense.step(x, y);
        const report = await scheduler.step();
        if (report) dense.update(scheduler.weights.map(({weight}) => weight.topology.mask()));
      }
      const ours = toDense(model).getWeights();
      const theirs = dense.model.getWeights();
      const differences = ours.map((weight, i) => tf.max(tf.abs(tf.sub(weight, theirs[i]))).dataSync()[0]);
      expect(Math.max(...differences)).toBeLessThan(1e-5);
    });
  });
});

describe('the slots follow their connections', () => {
  it('also where their number changes and minimize() is given no list of variables', async () => {
    await tf.setBackend('cpu');
    const {x, y} = someData();
    const train = async (isListed: boolean) => {
      const model = smallNetwork(1, 1);
      const optimizer = tf.train.momentum(0.1, 0.9);
      const density = (step: number) => 1 / (1 + step);
      const scheduler = new GMPScheduler(model, {updateInterval: 2, density, optimizer, seed: 1});
      const loss = () => tf.metrics.categoricalCrossentropy(y, model.apply(x, {training: true}) as tf.Tensor).mean();
      const losses: number[] = [];
      for (let step = 0; step < 8; step++) {
        const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
        losses.push(optimizer.minimize(loss as () => tf.Scalar, true, isListed ? variables : undefined)!.dataSync()[0]);
        await scheduler.step();
      }
      return losses;
    };
    expect(await train(false)).toEqual(await train(true));
  });
});
