import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {type DSTScheduler, maskedDense, sparseWeights} from 'itop';
import {slotsOf} from '../../src/weights/optimizerSlots.ts';

/** Samples of a problem with four classes that a small network can learn; the same on every backend. */
export function someData(samples = 32, inputs = 12): {x: tf.Tensor2D; y: tf.Tensor2D} {
  const x = Float32Array.from({length: samples * inputs}, (_, i) => Math.sin(12.9898 * i + 1) * Math.cos(0.37 * i));
  const y = new Float32Array(samples * 4);
  for (let sample = 0; sample < samples; sample++) {
    const row = x.subarray(sample * inputs, (sample + 1) * inputs);
    y[sample * 4 + 2 * Number(row[0] > row[1]) + Number(row[2] + row[3] > row[4])] = 1;
  }
  return {x: tf.tensor2d(x, [samples, inputs]), y: tf.tensor2d(y, [samples, 4])};
}

/** An uncompiled network 12-16-4 with two sparse layers; weights and topologies depend on the seed only. */
export function smallNetwork(seed: number | string = 1, density = 0.3): tf.Sequential {
  return tf.sequential({
    layers: [
      maskedDense({name: 'hidden', inputShape: [12], units: 16, density, activation: 'tanh', seed: `${seed}/1`}),
      maskedDense({name: 'output', units: 4, density, activation: 'softmax', seed: `${seed}/2`}),
    ],
  });
}

/** {@link smallNetwork}, compiled. */
export function smallModel(
  optimizer: tf.Optimizer = tf.train.momentum(0.1, 0.9),
  seed?: number | string,
): tf.Sequential {
  const model = smallNetwork(seed);
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
  return model;
}

/** Trains a number of steps on one batch, with the scheduler's step after each. */
export async function trainSteps(model: tf.LayersModel, scheduler: DSTScheduler, steps: number): Promise<number[]> {
  const {x, y} = someData();
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    await scheduler.step();
  }
  tf.dispose([x, y]);
  return losses;
}

/** The positions of every sparse layer. */
export function positionsOf(model: tf.LayersModel): number[][] {
  return sparseWeights(model).map(({weight}) => [...weight.topology.positions()]);
}

/** The values of a variable on the host. */
export function valuesOf(variable: tf.Variable): Float32Array {
  return variable.dataSync().slice() as Float32Array;
}

/** Everything in a model and its optimizer that an update may change: topologies, weights and slots. */
export function snapshot(model: tf.LayersModel, optimizer = model.optimizer) {
  return {
    topologies: positionsOf(model),
    weights: model.trainableWeights.map((weight) => valuesOf(weight.read() as tf.Variable)),
    slots: model.trainableWeights.map((weight) =>
      slotsOf(optimizer, (weight.read() as tf.Variable).name, weight.originalName).map(({variable}) =>
        valuesOf(variable),
      ),
    ),
  };
}
