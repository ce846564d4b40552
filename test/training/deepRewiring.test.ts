import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {DSTScheduler, deepRewiring, maskedDense, seededRandom, setFusedStep, sparseWeights, Topology} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {fileStorage} from '../support/storage.ts';
import '@tensorflow/tfjs-backend-wasm';

beforeEach(async () => {
  await tf.setBackend('wasm');
});

const INPUTS = 6;
const l1 = () => tf.regularizers.l1({l1: 1e-3});

function model(units: number, density: number, seed: number): tf.Sequential {
  const sparse = tf.sequential({
    layers: [
      maskedDense({units, inputShape: [INPUTS], density, seed, activation: 'tanh', kernelRegularizer: l1()}),
      maskedDense({units: 2, density, seed: seed + 1, kernelRegularizer: l1()}),
    ],
  });
  sparse.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: 'meanSquaredError'});
  return sparse;
}

const data = () => ({
  x: tf.randomNormal([8, INPUTS], 0, 1, 'float32', 1),
  y: tf.randomNormal([8, 2], 0, 1, 'float32', 2),
});

async function stateOf(trained: tf.LayersModel): Promise<number[][]> {
  return Promise.all(
    sparseWeights(trained).flatMap(({weight}) => [
      Promise.resolve([...weight.topology.positions()]),
      weight.variable.data().then((values) => [...values]),
      Promise.resolve([...weight.companions.get('sign')!.numbers]),
    ]),
  );
}

describe('Deep Rewiring', () => {
  it('never has a value against its sign, keeps every layer at its number, and is the same fused and by ops', async () => {
    const {x, y} = data();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 9}),
        fc.double({min: 0.1, max: 1, noNaN: true}),
        fc.nat(1000),
        fc.constantFrom(0, 0.01, 0.3),
        async (units, density, seed, noise) => {
          const states: number[][][] = [];
          for (const isFused of [true, false]) {
            const trained = model(units, density, seed);
            setFusedStep(isFused, trained);
            const counts = sparseWeights(trained).map(({weight}) => weight.topology.nnz);
            const scheduler = new DSTScheduler(trained, {...deepRewiring(noise), seed});
            for (let step = 0; step < 8; step++) {
              await trained.trainOnBatch(x, y);
              await scheduler.step();
              for (const [i, {weight}] of sparseWeights(trained).entries()) {
                expect(weight.topology.nnz).toBe(counts[i]);
                const {numbers} = weight.companions.get('sign')!;
                const values = await weight.variable.data();
                values.forEach((value, slot) => {
                  expect(value * numbers[slot]).toBeGreaterThan(0);
                });
              }
            }
            states.push(await stateOf(trained));
            trained.dispose();
          }
          states[0].forEach((numbers, i) => {
            expect(numbers.length).toBe(states[1][i].length);
            numbers.forEach((number, k) => {
              expect(number).toBeCloseTo(states[1][i][k], 4);
            });
          });
        },
      ),
      {numRuns: 25},
    );
  });

  it('continues after saving and loading as if it had never stopped', async () => {
    const {x, y} = data();
    const train = async (trained: tf.LayersModel, scheduler: DSTScheduler, steps: number) => {
      for (let step = 0; step < steps; step++) {
        await trained.trainOnBatch(x, y);
        await scheduler.step();
      }
    };
    const compileSGD = (each: tf.LayersModel) =>
      each.compile({optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError'});
    const whole = model(7, 0.5, 3);
    compileSGD(whole);
    const scheduler = new DSTScheduler(whole, {...deepRewiring(0.1), seed: 1});
    await train(whole, scheduler, 5);
    const storage = fileStorage();
    await whole.save(storage.save);
    const state = JSON.parse(JSON.stringify(scheduler.toJSON()));
    await train(whole, scheduler, 5);

    const loaded = await tf.loadLayersModel(storage.load());
    compileSGD(loaded);
    await train(loaded, new DSTScheduler(loaded, {...deepRewiring(0.1), resume: state}), 5);
    expect(await stateOf(loaded)).toEqual(await stateOf(whole));
  });

  it('refuses a noise that is none', () => {
    expect(() => deepRewiring(-1)).toThrow('deepRewiring: noise must be finite and at least 0, received -1.');
    expect(() => deepRewiring('2' as never)).toThrow(
      'deepRewiring: noise must be finite and at least 0, received "2".',
    );
  });

  it('takes a step of the walk with any deviation, as a number or by step', () => {
    const topology = Topology.dense([1, 1000]);
    const deviation = (noise: Parameters<typeof deepRewiring>[0]) => {
      const request = {name: '', step: 3, topology, values: new Float32Array(1000), random: seededRandom(1)};
      const walked = deepRewiring(noise).perturb!(request);
      return Math.sqrt(walked.reduce((sum, value) => sum + value ** 2, 0) / 1000);
    };
    const one = deviation(1);
    expect(Math.abs(one - 1)).toBeLessThan(0.1);
    expect(deviation(20)).toBeCloseTo(20 * one, 4);
    expect(deviation((step) => step)).toBeCloseTo(3 * one, 5);
    expect(deviation(0)).toBe(0);
  });
});
