import * as tf from '@tensorflow/tfjs';
import type {NodeGPUAdapter} from 'itop/node';
import {acrossBackends} from './acrossBackends.ts';
import {gpuHostCases, gpuNetworkCases, gpuProductCases} from './gpu.ts';
import {loopCases} from './loops.ts';
import {idleMemory, peakMemory} from './memory.ts';
import {networkCases} from './networks.ts';
import {type BenchOptions, GPU_PARTS} from './options.ts';
import {productCases} from './products.ts';
import {type Case, race} from './race.ts';
import {type BenchResult, rowsOf, type TimeResult} from './results.ts';
import {ACROSS_BACKENDS, BATCHES, type BenchNetwork, HOST_NETWORKS, isSlow, NETWORKS} from './shapes.ts';

/** Measures what was asked for; yields the rows of one table at a time. */
export async function* suite(options: BenchOptions, gpu?: NodeGPUAdapter): AsyncGenerator<BenchResult[]> {
  const {backends, parts, models, densities} = options;
  if (parts.includes('loops')) {
    yield measure({backend: 'one thread', model: 'bare loops', part: 'batch 128'}, loopCases(densities), options);
  }
  if (parts.includes('webgpu-host')) yield* measureGpuHost(options);
  else if (gpu) yield* measureGpu(gpu, options);
  const isOnlyGpu = parts.every((part) => GPU_PARTS.includes(part));
  for (const backend of isOnlyGpu ? [] : backends) {
    if (!(await tf.setBackend(backend))) throw new Error(`bench: backend must start here, received ${backend}.`);
    const networks = models ?? NETWORKS.filter((network) => network.backends.includes(backend));
    for (const network of networks) yield* measureNetwork(network, backend, options);
  }
  const network = (models ?? NETWORKS).find(({name}) => name === ACROSS_BACKENDS.name);
  if (network && parts.includes('across') && backends.includes('wasm') && backends.includes('cpu')) {
    yield measureAcross(network, options);
  }
}

async function* measureNetwork(
  network: BenchNetwork,
  backend: string,
  options: BenchOptions,
): AsyncGenerator<BenchResult[]> {
  const {parts, densities} = options;
  const {name: model} = network;
  const slow = isSlow(network, backend);
  const batches = options.batches ?? (slow ? [1] : BATCHES);
  const trainingBatch = options.trainingBatch ?? (slow ? 1 : network.trainingBatch);

  const whole: BenchResult[] = [];
  if (parts.includes('networks')) {
    const cases = networkCases(network, {densities, batches, trainingBatch});
    whole.push(...(await measure({backend, model, part: ''}, cases, options)));
  }
  if (parts.includes('memory') && !slow) {
    const what = `peak memory (${(await idleMemory(backend)).toFixed(0)} MB without a network)`;
    whole.push({backend, model, part: '', what, memory: await peakMemory(backend, network, trainingBatch, densities)});
  }
  if (whole.length > 0) yield whole;

  if (!parts.includes('products')) return;
  for (const batch of batches) {
    const cases = productCases(network.layers, batch, densities);
    yield await measure({backend, model, part: `batch ${batch}`}, cases, options);
  }
}

async function measureAcross(network: BenchNetwork, options: BenchOptions): Promise<BenchResult[]> {
  const {density} = ACROSS_BACKENDS;
  const cases = acrossBackends(network, density, options.trainingBatch ?? 1);
  return measure({backend: 'wasm against dense on cpu', model: `${network.name} ERK`, part: ''}, cases, options);
}

/** What a GPU leaves to the host. */
async function* measureGpuHost(options: BenchOptions): AsyncGenerator<BenchResult[]> {
  for (const network of options.models ?? HOST_NETWORKS) {
    const about = {backend: "webgpu, the host's part", model: network.name, part: ''};
    yield measure(about, gpuHostCases(network, {...options, trainingBatch: 1, repeated: 20}), options);
  }
}

/** Everything on the GPU; what a software adapter gives is called so in every table. */
async function* measureGpu({isSoftware}: NodeGPUAdapter, options: BenchOptions): AsyncGenerator<BenchResult[]> {
  const backend = isSoftware ? 'webgpu on a SOFTWARE adapter' : 'webgpu';
  for (const network of options.models ?? NETWORKS) {
    const {name: model, gpuBatch} = network;
    const {densities, trainingBatch = gpuBatch, batches = [...new Set([...BATCHES, gpuBatch])]} = options;
    const gpuOptions = {densities, trainingBatch, repeated: isSoftware ? 1 : 20};
    yield measure({backend, model, part: ''}, gpuNetworkCases(network, gpuOptions), options);
    for (const batch of batches) {
      const cases = gpuProductCases(network.layers, batch, gpuOptions);
      yield await measure({backend, model, part: `batch ${batch}`}, cases, options);
    }
  }
}

/** Races the contestants of each case. */
async function measure(
  about: Pick<TimeResult, 'backend' | 'model' | 'part'>,
  cases: Iterable<Case> | AsyncIterable<Case>,
  options: BenchOptions,
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for await (const one of cases) {
    const timings = await race(one.contestants, options);
    results.push(...rowsOf(one, timings).map((row) => ({...about, ...row})));
  }
  return results;
}
