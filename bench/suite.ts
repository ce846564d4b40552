import {cpus} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type {NodeGPUAdapter} from 'itop/node';
import {acrossBackends} from './acrossBackends.ts';
import {coverageCases} from './coverage.ts';
import {type GpuOptions, gpuHostCases, gpuNetworkCases, gpuProductCases} from './gpu.ts';
import {gpuProfileCases} from './gpuProfile.ts';
import {loopCases} from './loops.ts';
import {lossCases} from './losses.ts';
import {idleMemory, peakMemory} from './memory.ts';
import {networkCases} from './networks.ts';
import {type BenchOptions, PARTS_APART} from './options.ts';
import {productCases} from './products.ts';
import {profileOf} from './profile.ts';
import {sparseBatches, Torch, torchCases} from './pytorch.ts';
import {type Case, race} from './race.ts';
import {type BenchResult, rowsOf, type TimeResult} from './results.ts';
import {scalingCases} from './scaling.ts';
import {ACROSS_BACKENDS, BATCHES, type BenchNetwork, GPU_NETWORKS, HOST_NETWORKS, isSlow, NETWORKS} from './shapes.ts';
import {updateCases} from './updates.ts';

/** Measures what was asked for; yields the rows of one table at a time. */
export async function* suite(options: BenchOptions, gpu?: NodeGPUAdapter): AsyncGenerator<BenchResult[]> {
  const {backends, parts, models, densities} = options;
  if (parts.includes('loops')) {
    yield measure({backend: 'one thread', model: 'bare loops', part: 'batch 128'}, loopCases(densities), options);
  }
  if (parts.includes('webgpu-host')) yield* measureGpuHost(options);
  if (gpu && parts.includes('webgpu')) yield* measureGpuNetworks(gpu, options);
  if (gpu && parts.includes('webgpu-products')) yield* measureGpuProducts(gpu, options);
  if (gpu && parts.includes('webgpu-profile')) yield* measureGpuProfile(gpu, options);
  if (parts.includes('pytorch')) yield* measureBesideTorch(options);
  if (parts.includes('scaling')) yield* measureScaling(options);
  if (parts.includes('updates')) {
    yield measure({backend: 'one thread', model: 'updates', part: '30 % of a layer'}, updateCases(densities), options);
  }
  if (parts.includes('losses')) {
    await tf.setBackend('wasm');
    yield measure({backend: 'wasm', model: 'MLP 32-64-64', part: 'training step, batch 32'}, lossCases(), options);
  }
  if (parts.includes('coverage')) {
    await tf.setBackend('wasm');
    yield measure(
      {backend: 'wasm', model: 'covered', part: 'training step in fit, batch 32'},
      coverageCases(),
      options,
    );
  }
  if (parts.includes('profile')) yield* measureProfiles(options);
  for (const backend of parts.every((part) => PARTS_APART.includes(part)) ? [] : backends) {
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

/** Ours on wasm beside PyTorch on the same CPU, in turn. */
async function* measureBesideTorch(options: BenchOptions): AsyncGenerator<BenchResult[]> {
  const torch = await Torch.start();
  if (!torch) {
    console.log('SKIPPED: the part pytorch needs a Python with PyTorch, python3 or what ITOP_PYTHON names.');
    return;
  }
  await tf.setBackend('wasm');
  for (const network of options.models ?? NETWORKS.filter(({backends}) => backends.length > 0)) {
    const about = {backend: `wasm beside PyTorch ${torch.version}`, model: `${network.name} ERK`, part: ''};
    yield* measureEach(about, torchCases(torch, network, options), options);
  }
  torch.stop();
}

/** How the fused step on wasm grows with width, batch and threads. */
async function* measureScaling(options: BenchOptions): AsyncGenerator<BenchResult[]> {
  await tf.setBackend('wasm');
  yield* measureEach({backend: 'wasm', model: 'training step', part: 'scaling'}, scalingCases(cpus().length), options);
}

/** The loops of a fused training step on wasm. */
async function* measureProfiles(options: BenchOptions): AsyncGenerator<BenchResult[]> {
  await tf.setBackend('wasm');
  for (const network of options.models ?? NETWORKS.filter(({backends}) => backends.length > 0)) {
    const {densities, trainingBatch = sparseBatches(network)[0]} = options;
    const about = {backend: 'wasm', model: `${network.name} ERK`, part: `loops of a step, batch ${trainingBatch}`};
    const rows = await profileOf(network, densities, trainingBatch, options);
    yield rows.map((row) => ({...about, ...row}));
  }
}

/** What a GPU leaves to the host. */
async function* measureGpuHost(options: BenchOptions): AsyncGenerator<BenchResult[]> {
  for (const network of options.models ?? HOST_NETWORKS) {
    const about = {backend: "webgpu, the host's part", model: network.name, part: ''};
    yield measure(about, gpuHostCases(network, {...options, batches: [1], trainingBatch: 1, repeated: 20}), options);
  }
}

/** The programs of replayed steps. */
async function* measureGpuProfile(gpu: NodeGPUAdapter, options: BenchOptions): AsyncGenerator<BenchResult[]> {
  for (const network of options.models ?? GPU_NETWORKS) {
    const {trainingBatch = network.gpuBatch} = options;
    const about = {backend: gpuName(gpu), model: network.name, part: `programs of a step, batch ${trainingBatch}`};
    for (const density of options.densities) {
      yield measure(about, gpuProfileCases(network, density, trainingBatch), options);
    }
  }
}

function gpuName({isSoftware}: NodeGPUAdapter): string {
  return isSoftware ? 'webgpu on a SOFTWARE adapter' : 'webgpu';
}

/** Whole networks on the GPU; what a software adapter gives is called so in every table. */
async function* measureGpuNetworks(gpu: NodeGPUAdapter, options: BenchOptions): AsyncGenerator<BenchResult[]> {
  for (const network of options.models ?? GPU_NETWORKS) {
    const about = {backend: gpuName(gpu), model: network.name, part: ''};
    yield* measureEach(about, gpuNetworkCases(network, gpuOptions(network, gpu, options)), options);
  }
}

/** Products on the GPU. */
async function* measureGpuProducts(gpu: NodeGPUAdapter, options: BenchOptions): AsyncGenerator<BenchResult[]> {
  for (const network of options.models ?? GPU_NETWORKS) {
    for (const batch of options.batches ?? [network.gpuBatch]) {
      const about = {backend: gpuName(gpu), model: network.name, part: `batch ${batch}`};
      yield* measureEach(about, gpuProductCases(network.layers, batch, gpuOptions(network, gpu, options)), options);
    }
  }
}

function gpuOptions(network: BenchNetwork, {isSoftware}: NodeGPUAdapter, options: BenchOptions): GpuOptions {
  const {densities, trainingBatch = network.gpuBatch, batches = [1, 128]} = options;
  return {densities, batches, trainingBatch, repeated: isSoftware ? 1 : network.gpuSteps};
}

/** What a table is about. */
type Title = Pick<TimeResult, 'backend' | 'model' | 'part'>;

/** Races the contestants of each case. */
async function measure(
  about: Title,
  cases: Iterable<Case> | AsyncIterable<Case>,
  options: BenchOptions,
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for await (const rows of measureEach(about, cases, options)) results.push(...rows);
  return results;
}

/** The same, a case at a time. */
async function* measureEach(
  about: Title,
  cases: Iterable<Case> | AsyncIterable<Case>,
  options: BenchOptions,
): AsyncGenerator<BenchResult[]> {
  for await (const one of cases) {
    const timings = await race(one.contestants, options);
    yield rowsOf(one, timings).map((row) => ({...about, ...row}));
  }
}
