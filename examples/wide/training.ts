import * as tf from '@tensorflow/tfjs';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {maskedDense, SETScheduler, sparseWeights, startBackend} from 'itop';
import {accuracyOf, microarrays} from './microarrays.ts';

const [GENES, CLASSES] = [2000, 10];
const [BATCHES, BATCH_SIZE, EPOCHS] = [12, 32, 8];
/** Outputs are few: so many of them listen to a hidden neuron. */
const FAN_OUT = 2;

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');

/** What the page lets its visitor choose. */
export interface Settings {
  /** Hidden neurons, in two layers. */
  readonly neurons: number;
  /** Active inputs of a hidden neuron. */
  readonly fanIn: number;
}

/** Where a training is after a step. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** Measured after every epoch. */
  readonly accuracy: number;
  readonly explorationRate: number;
  readonly connections: number;
  /** Connections of the dense network. */
  readonly denseConnections: number;
  /** Bytes of the wasm backend's memory: tensors, indices and room that was needed for a while. */
  readonly heapBytes: number;
}

/** Trains from the same start each time and reports after every step; breaking off the loop ends the training. */
export async function* train({neurons, fanIn}: Settings): AsyncGenerator<Progress, void, undefined> {
  await startBackend('wasm');
  const draw = microarrays(GENES, CLASSES, 'microarrays');
  const [batches, test] = [draw(BATCHES, BATCH_SIZE), draw(4, BATCH_SIZE)];
  const units = neurons / 2;
  const model = wideNetwork(units, fanIn);
  const optimizer = tf.train.momentum((20 * CLASSES) / (units * FAN_OUT), 0.9);
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
  const scheduler = new SETScheduler(model, {updateInterval: BATCHES, dropFraction: 0.3, seed: 1});
  const topologies = sparseWeights(model).map(({weight}) => weight.topology);
  const connections = topologies.reduce((sum, {nnz}) => sum + nnz, 0);
  const denseConnections = topologies.reduce((sum, {size}) => sum + size, 0);
  const steps = EPOCHS * BATCHES;
  try {
    let accuracy = accuracyOf(model, test);
    for (let step = 1; step <= steps; step++) {
      const {x, y} = batches[(step - 1) % BATCHES];
      const loss = (await model.trainOnBatch(x, y)) as number;
      if (await scheduler.step()) accuracy = accuracyOf(model, test);
      const {rate: explorationRate} = scheduler.tracker;
      const progress = {step, steps, epoch: Math.ceil(step / BATCHES), epochs: EPOCHS, loss, accuracy, explorationRate};
      yield {...progress, connections, denseConnections, heapBytes: heapBytes()};
    }
  } finally {
    for (const {x, y} of [...batches, ...test]) tf.dispose([x, y]);
    optimizer.dispose();
    model.dispose();
  }
}

function wideNetwork(units: number, fanIn: number): tf.Sequential {
  const kernelInitializer = 'heNormal';
  return tf.sequential({
    layers: [
      maskedDense({units, nnz: units * fanIn, inputShape: [GENES], activation: 'relu', kernelInitializer, seed: 1}),
      maskedDense({units, nnz: units * fanIn, activation: 'relu', kernelInitializer, seed: 2}),
      maskedDense({units: CLASSES, nnz: units * FAN_OUT, activation: 'softmax', kernelInitializer, seed: 3}),
    ],
  });
}

/** The heap of tfjs's wasm backend, which only grows. */
function heapBytes(): number {
  return (tf.backend() as unknown as {wasm: {HEAPU8: Uint8Array}}).wasm.HEAPU8.byteLength;
}
