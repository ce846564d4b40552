import * as tf from '@tensorflow/tfjs';
import {RigLScheduler, SETScheduler, sparseWeights} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';
import {installFusedStep} from '../src/fused/install.ts';
import {convolutionProducts} from './convolutions.ts';
import {denseProducts} from './denseLayers.ts';
import {denseNetwork, disposeNetwork, sparseNetwork} from './models.ts';
import {releaseKernel, sparseKernel} from './products.ts';
import {type BenchLayer, NETWORKS} from './shapes.ts';

/** A result of the GPU beside the host's: how far they may differ, and do. */
export interface Check {
  readonly what: string;
  readonly difference: number;
  readonly bound: number;
}

const LAYERS: readonly BenchLayer[] = [
  {kernel: [784, 300]},
  {kernel: [3072, 1024]},
  {kernel: [3, 3, 32, 48], image: [16, 16]},
  {kernel: [3, 3, 64, 32], image: [15, 15], strides: 2},
  {kernel: [1, 1, 64, 128], image: [8, 8], strides: 2},
];
const [LENET] = NETWORKS;
const STEPS = 40;
const BATCH = 100;

/** Computes the same on the backends webgpu and cpu; leaves webgpu. */
export async function* gpuChecks(): AsyncGenerator<Check> {
  installFusedStep();
  for (const layer of LAYERS) {
    const [ours, expected] = await onBoth(async () => productsOf(layer));
    for (const [name, numbers] of ours) {
      yield {
        what: `${layer.kernel.join('×')}, ${name}, over the largest number`,
        difference: relativeDifference(numbers, expected.get(name)!),
        bound: 1e-5,
      };
    }
  }
  for (const [name, Scheduler] of Object.entries({SET: SETScheduler, RigL: RigLScheduler})) {
    const [ours, expected] = await onBoth(() => train(Scheduler));
    const shared = [...expected.connections].filter((connection) => ours.connections.has(connection)).length;
    yield {
      what: `${LENET.name} by ${name}, ${STEPS} steps: share of other connections`,
      difference: 1 - shared / expected.connections.size,
      bound: 0.01,
    };
    yield {
      what: `${LENET.name} by ${name}, ${STEPS} steps: probabilities`,
      difference: Math.max(...ours.probabilities.map((value, i) => Math.abs(value - expected.probabilities[i]))),
      bound: 0.02,
    };
  }
}

async function onBoth<Result>(compute: () => Promise<Result>): Promise<[Result, Result]> {
  const results: Result[] = [];
  for (const backend of ['cpu', 'webgpu']) {
    await tf.setBackend(backend);
    results.unshift(await compute());
  }
  return results as [Result, Result];
}

async function productsOf(layer: BenchLayer): Promise<Map<string, Float32Array>> {
  const {products, operands} = 'image' in layer ? convolutionProducts(layer, 5) : denseProducts(layer, 37);
  const kernel = sparseKernel(layer, 0.05);
  const results = new Map<string, Float32Array>();
  for (const {name, sparse} of products) {
    const result = sparse(kernel);
    results.set(name, (await result.data()) as Float32Array);
    result.dispose();
  }
  tf.dispose([...operands]);
  releaseKernel(kernel);
  return results;
}

/** Trains from the same weights on the same images. */
async function train(Scheduler: typeof SETScheduler | typeof RigLScheduler) {
  const {inputs, labels, sampleShape} = syntheticDigits({count: STEPS * BATCH, random: seededRandom(1)});
  const pixels = sampleShape.reduce((product, extent) => product * extent, 1);
  const x = tf.tensor2d(
    Float32Array.from(inputs, (byte) => byte / 255),
    [STEPS * BATCH, pixels],
  );
  const y = tf.tensor2d(oneHot(labels, 10), [STEPS * BATCH, 10]);
  const dense = denseNetwork(LENET);
  const network = sparseNetwork(dense, 0.05);
  const scheduler = new Scheduler(network, {updateInterval: 10, dropFraction: 0.3, seed: 1});
  await network.fit(x, y, {batchSize: BATCH, shuffle: false, callbacks: scheduler.callback()});
  const prediction = tf.tidy(() => network.predict(x.slice(0, BATCH)) as tf.Tensor);
  const probabilities = [...(await prediction.data())];
  const connections = new Set(
    sparseWeights(network).flatMap(({weight: {topology}}, layer) =>
      Array.from(topology.positions(), (position) => `${layer}/${position}`),
    ),
  );
  tf.dispose([x, y, prediction]);
  for (const one of [dense, network]) disposeNetwork(one);
  return {probabilities, connections};
}

function relativeDifference(numbers: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0) / largest;
}
