/** What checkBrowser runs in a page: the same small training on any backend. */

import '@tensorflow/tfjs-backend-webgpu';
import 'itop/webgpu';
import * as tf from '@tensorflow/tfjs';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {maskedConv2d, maskedDense, RigLScheduler, sparseWeights, startBackend} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';

/** What a training comes to. */
export interface TrainingResult {
  /** After each step. */
  readonly losses: number[];
  /** For each sparse layer its active positions at the end. */
  readonly positions: number[][];
  /** Positions that changed hands. */
  readonly moved: number;
  /** WebGPU programs of the library that were compiled; 0 on other backends. */
  readonly programs: number;
  /** Steps for which tfjs ran no WebGPU program, as they were replayed; 0 on other backends. */
  readonly replays: number;
  /** What WebGPU says of invalid calls, shaders that do not compile among them. */
  readonly invalid: string | undefined;
}

const STEPS = 14;
const BATCH = 30;

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');

/**
 * Trains a network of a convolution and two dense layers, all sparse, and updates its connections twice by RigL.
 *
 * @throws Error if the backend does not start
 */
export async function trainOn(backendName: string): Promise<TrainingResult> {
  await startBackend(backendName);
  const {device} = tf.backend() as unknown as {device?: GPUDevice};
  device?.pushErrorScope('validation');
  const {inputs, labels, count} = syntheticDigits({count: BATCH, random: seededRandom('digits')});
  const x = tf.tensor4d(
    Float32Array.from(inputs, (byte) => byte / 255),
    [count, 28, 28, 1],
  );
  const y = tf.tensor2d(oneHot(labels, 10), [count, 10]);
  const model = tf.sequential({
    layers: [
      maskedConv2d({
        inputShape: [28, 28, 1],
        filters: 6,
        kernelSize: 5,
        strides: 2,
        density: 0.5,
        activation: 'relu',
        seed: 1,
      }),
      tf.layers.flatten(),
      maskedDense({units: 40, density: 0.1, activation: 'relu', seed: 2}),
      maskedDense({units: 10, density: 0.5, activation: 'softmax', seed: 3}),
    ],
  });
  model.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy'});
  const scheduler = new RigLScheduler(model, {updateInterval: 6, dropFraction: 0.3, seed: 1});
  const topologies = () => sparseWeights(model).map(({weight}) => [...weight.topology.positions()]);
  const before = topologies();
  const losses: number[] = [];
  const countRuns = runCounter();
  let replays = 0;
  for (let step = 0; step < STEPS; step++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    if (countRuns() === 0) replays++;
    await scheduler.step();
  }
  const positions = topologies();
  const moved = positions.flatMap((now, layer) => now.filter((position) => !before[layer].includes(position))).length;
  const invalid = (await device?.popErrorScope())?.message;
  const {pipelineCache = {}} = tf.backend() as unknown as {pipelineCache?: object};
  const programs = Object.keys(pipelineCache).filter((key) => key.startsWith('itop_')).length;
  tf.dispose([x, y]);
  model.optimizer.dispose();
  model.dispose();
  return {losses, positions, moved, programs, replays, invalid};
}

/** @returns tells how many programs tfjs has run on webgpu since it was last asked; undefined on other backends */
function runCounter(): () => number | undefined {
  type Backend = {runWebGPUProgram?(...args: unknown[]): unknown};
  const backend = tf.backend() as unknown as Backend;
  const run = backend.runWebGPUProgram;
  if (!run) return () => undefined;
  let runs = 0;
  backend.runWebGPUProgram = (...args) => {
    runs++;
    return run.apply(backend, args);
  };
  return () => {
    const count = runs;
    runs = 0;
    return count;
  };
}

Object.assign(globalThis, {trainOn});
