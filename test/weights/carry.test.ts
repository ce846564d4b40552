import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {setFusedStep} from '../../src/fused/setFusedStep.ts';
import {type MaskedDense, maskedDense} from '../../src/sparse/maskedDense.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {type TopologyUpdate, updateTopology} from '../../src/topology/update.ts';
import {commitAll, prepareCarry} from '../../src/weights/carry.ts';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';
import type {SparseWeight} from '../../src/weights/sparseWeight.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';
import {disposeOptimizer, MapMomentum, OwnMomentum, stockOptimizers, Wrapper} from '../support/optimizers.ts';

/** A compiled model of two sparse layers, some training data, and the first layer's weight. */
class Training {
  readonly model = tf.sequential();
  readonly layer: MaskedDense;
  private readonly x = tf.tensor2d(someNumbers(8 * 6, 1), [8, 6]);
  private readonly y = tf.tensor2d(someNumbers(8 * 2, 2), [8, 2]);

  constructor(readonly optimizer: tf.Optimizer) {
    this.layer = maskedDense({units: 5, inputShape: [6], density: 0.4, seed: 1, activation: 'tanh'});
    this.model.add(this.layer);
    this.model.add(maskedDense({units: 2, density: 0.5, seed: 2}));
    this.model.compile({optimizer, loss: 'meanSquaredError'});
    // By single ops: the replayed step of webgpu keeps tensors between steps.
    setFusedStep(false, this.model);
  }

  get weight(): SparseWeight {
    return this.layer.sparseWeight;
  }

  /** @returns the loss before the last step */
  async train(steps: number): Promise<number> {
    let loss = 0;
    for (let step = 0; step < steps; step++) loss = (await this.model.trainOnBatch(this.x, this.y)) as number;
    return loss;
  }

  async predict(): Promise<Float32Array> {
    const y = this.model.predict(this.x) as tf.Tensor;
    const data = await y.data<'float32'>();
    y.dispose();
    return data;
  }

  dispose(): void {
    tf.dispose([this.x, this.y]);
    this.model.dispose();
    disposeOptimizer(this.optimizer);
  }
}

/** The numbers of each variable by the position of their connection. */
async function byPosition(topology: Topology, variables: tf.Tensor[]): Promise<Map<number, number[]>> {
  const columns = await Promise.all(variables.map((variable) => variable.data()));
  return new Map(Array.from(topology.positions(), (position, slot) => [position, columns.map((data) => data[slot])]));
}

function stateOf({weight, optimizer}: Training): Promise<Map<number, number[]>> {
  const slots = slotsOf(optimizer, weight.variable.name).map(({variable}) => variable);
  return byPosition(weight.topology, [weight.variable, ...slots]);
}

/** Drops the slots given and grows the lowest inactive positions, after those that come back. */
function update(topology: Topology, dropped: number[], growCount: number, comeBack: number[] = []): TopologyUpdate {
  const isActive = topology.mask();
  const grown = Array.from(isActive.keys()).filter((position) => !isActive[position]);
  const back = comeBack.map((slot) => topology.positions()[slot]);
  const positions = [...grown.slice(0, growCount - back.length), ...back].sort((a, b) => a - b);
  return updateTopology(topology, Int32Array.from(dropped), Int32Array.from(positions));
}

const optimizers = [
  ...stockOptimizers,
  {name: 'an optimizer of one’s own', make: () => new OwnMomentum(), initialValue: 0},
];

describeBackends('prepareCarry', (backendName) => {
  // Shaders take their time to compile: on webgpu only the optimizer that most people use.
  const chosen = optimizers.filter(({name}) => backendName !== 'webgpu' || name === 'Adam');

  test.each(chosen)('takes values and slots of $name to their connections', async ({make, initialValue}) => {
    const training = new Training(make());
    const {weight} = training;
    await training.train(2);
    const before = await stateOf(training);
    const variableBefore = weight.variable;
    // 12 connections: 0, 3 and 7 go, 7 comes back at once, and two are new.
    const change = update(weight.topology, [0, 3, 7], 3, [7]);
    const tensors = tf.memory().numTensors;
    commitAll([await prepareCarry(weight, change, training.optimizer, Float32Array.of(0.5, -0.5))]);
    expect(weight.topology).toBe(change.next);
    expect(weight.variable).toBe(variableBefore);
    const after = await stateOf(training);
    const grown = [0.5, -0.5];
    for (const [position, numbers] of after) {
      const fresh = () => [grown.shift(), ...Array(numbers.length - 1).fill(initialValue)];
      expect(numbers).toEqual(before.get(position) ?? fresh());
    }
    expect(grown).toEqual([]);
    expect(await training.train(3)).toBeLessThan(10);
    expect(tf.memory().numTensors).toBe(tensors);
    training.dispose();
  });

  test.each(chosen)('keeps the variables of $name where the number of connections changes', async (optimizer) => {
    const training = new Training(optimizer.make());
    const {weight, model} = training;
    await training.train(2);
    const tensors = tf.memory().numTensors;
    const {variable} = weight;
    for (const [dropped, growCount] of [
      [[1, 5], 6],
      [[0, 1, 2, 3, 4, 5, 6, 7], 0],
    ] as const) {
      // biome-ignore format: pairs
      const before = await stateOf(training);
      const change = update(weight.topology, [...dropped], growCount);
      const grownValues = new Float32Array(growCount).fill(0.125);
      commitAll([await prepareCarry(weight, change, training.optimizer, grownValues)]);
      const after = await stateOf(training);
      for (const [position, numbers] of after) {
        const fresh = [0.125, ...Array(numbers.length - 1).fill(optimizer.initialValue)];
        expect(numbers).toEqual(before.get(position) ?? fresh);
      }
      expect(weight.variable).toBe(variable);
      expect(weight.values.shape).toEqual([change.next.nnz]);
      expect(model.trainableWeights[0].shape).toEqual([change.next.nnz]);
      const [first, last] = [await training.train(1), await training.train(4)];
      expect(last).not.toBe(first);
      expect(tf.memory().numTensors).toBe(tensors);
    }
    training.dispose();
  });

  test('leaves a model that saves and loads with another number of connections', async () => {
    const training = new Training(tf.train.adam(0.01));
    await training.train(2);
    const change = update(training.weight.topology, [1, 5], 9);
    commitAll([await prepareCarry(training.weight, change, training.optimizer, new Float32Array(9))]);
    await training.train(2);
    const saved = await new Promise<tf.io.ModelArtifacts>((resolve) => {
      void training.model.save(
        tf.io.withSaveHandler(async (artifacts) => {
          resolve(artifacts);
          return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
        }),
      );
    });
    const loaded = (await tf.loadLayersModel(tf.io.fromMemory(saved))) as tf.Sequential;
    const layer = loaded.layers[0] as MaskedDense;
    expect(layer.sparseWeight.topology.equals(change.next)).toBe(true);
    const predictions = tf.tidy(() => loaded.predict(tf.tensor2d(someNumbers(8 * 6, 1), [8, 6])) as tf.Tensor);
    expectClose(await predictions.data(), await training.predict());
    predictions.dispose();
    loaded.dispose();
    training.dispose();
  });

  test('trains on as if the connections had always been there', async () => {
    // With plain momentum, a new connection at 0 with a slot at 0 does not differ from one that was there with input 0.
    // So a layer that grows connections from an input that was always 0 trains like one that had them from the start.
    const x = tf.tensor2d([[1, 0], [2, 0], [3, 0]]); // biome-ignore format: a matrix
    const both = tf.tensor2d([[1, 5], [2, 4], [3, 6]]); // biome-ignore format: a matrix
    const y = tf.tensor2d([[1], [3], [2]]);
    const trained = async (first: Topology, grow: boolean) => {
      const layer = maskedDense({units: 1, inputShape: [2], nnz: first.nnz, kernelInitializer: 'zeros'});
      const model = tf.sequential({layers: [layer]});
      const optimizer = tf.train.momentum(0.001, 0.9);
      model.compile({optimizer, loss: 'meanSquaredError'});
      layer.sparseWeight.topology = first;
      for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
      if (grow) {
        const change = updateTopology(first, new Int32Array(0), Int32Array.of(1));
        commitAll([await prepareCarry(layer.sparseWeight, change, optimizer, new Float32Array(1))]);
      }
      for (let step = 0; step < 3; step++) await model.trainOnBatch(both, y);
      const values = await layer.sparseWeight.variable.data();
      model.dispose();
      disposeOptimizer(optimizer);
      return values;
    };
    const grown = await trained(Topology.fromPositions([2, 1], [0]), true);
    const always = await trained(Topology.dense([2, 1]), false);
    expectClose(grown, always);
    tf.dispose([x, both, y]);
  });

  test('changes nothing before commit, and takes nothing on the device', async () => {
    const training = new Training(tf.train.adam(0.1));
    const {weight, optimizer} = training;
    await training.train(2);
    const [before, topology, variable] = [await stateOf(training), weight.topology, weight.variable];
    const tensors = tf.memory().numTensors;
    for (const growCount of [2, 7]) {
      await prepareCarry(weight, update(topology, [1, 2], growCount), optimizer, new Float32Array(growCount));
      expect(await stateOf(training)).toEqual(before);
      expect([weight.topology, weight.variable]).toEqual([topology, variable]);
      expect(tf.memory().numTensors).toBe(tensors);
    }
    training.dispose();
  });

  test('works before the first step, when the optimizer holds nothing yet', async () => {
    const training = new Training(tf.train.adam(0.1));
    const {weight} = training;
    commitAll([await prepareCarry(weight, update(weight.topology, [0], 3), training.optimizer, new Float32Array(3))]);
    expect(weight.values.shape).toEqual([14]);
    expect(Number.isFinite(await training.train(2))).toBe(true);
    training.dispose();
  });

  test('carries the slots of an optimizer inside another one', async () => {
    const inner = tf.train.momentum(0.1, 0.9);
    const training = new Training(new Wrapper(inner));
    await training.train(2);
    const change = update(training.weight.topology, [0], 3);
    commitAll([await prepareCarry(training.weight, change, training.optimizer, new Float32Array(3))]);
    expect(slotsOf(inner, training.weight.variable.name)[0].variable.shape).toEqual([14]);
    expect(Number.isFinite(await training.train(2))).toBe(true);
    training.dispose();
    disposeOptimizer(inner);
  });

  test('refuses an optimizer whose state it does not find, and leaves everything as it was', async () => {
    const training = new Training(new MapMomentum());
    const {weight, optimizer} = training;
    await training.train(1);
    const [topology, tensors] = [weight.topology, tf.memory().numTensors];
    const change = update(topology, [0], 1);
    await expect(prepareCarry(weight, change, optimizer, new Float32Array(1))).rejects.toThrow(
      'carry: optimizer must keep its state in lists of {originalName, variable}',
    );
    expect(weight.topology).toBe(topology);
    expect(tf.memory().numTensors).toBe(tensors);
    training.dispose();
  });

  test('takes any random update', async () => {
    const training = new Training(tf.train.momentum(0.01, 0.9));
    const {weight} = training;
    const random = seededRandom(3);
    await training.train(1);
    for (let round = 0; round < 5; round++) {
      const before = await stateOf(training);
      const next = Topology.random(weight.topology.shape, 1 + Math.floor(random() * 29), random);
      const [old, now] = [weight.topology.mask(), next.mask()];
      const dropped = Int32Array.from(weight.topology.positions().keys()).filter(
        (slot) => !now[weight.topology.positions()[slot]],
      );
      const grown = Int32Array.from(next.positions()).filter((position) => !old[position]);
      const change = updateTopology(weight.topology, dropped, grown);
      commitAll([await prepareCarry(weight, change, training.optimizer, new Float32Array(grown.length))]);
      expect(weight.topology.equals(next)).toBe(true);
      for (const [position, numbers] of await stateOf(training)) {
        expect(numbers).toEqual(before.get(position) ?? [0, 0]);
      }
      await training.train(1);
    }
    training.dispose();
  });
});
