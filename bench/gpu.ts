import * as tf from '@tensorflow/tfjs';
import {RigLScheduler, SETScheduler} from 'itop';
import {type NodeGPUAdapter, registerWebGPUInNode} from 'itop/node';
import {convolutionProducts} from './convolutions.ts';
import {denseProducts} from './denseLayers.ts';
import {byOps, replaying} from './fusedSteps.ts';
import type {LayerProducts} from './layerProducts.ts';
import {denseNetwork, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import {fitContestant, updatingBy} from './networks.ts';
import {releaseKernel, sparseKernel} from './products.ts';
import type {Case, Contestant} from './race.ts';
import type {BenchLayer, BenchNetwork} from './shapes.ts';

/** How a GPU is measured. */
export interface GpuOptions {
  readonly densities: readonly number[];
  readonly trainingBatch: number;
  /** Batches of predictions. */
  readonly batches: readonly number[];
  /** How often a product is computed, or a step made, before the device is waited for. */
  readonly repeated: number;
}

/**
 * Takes the backend webgpu.
 *
 * @param driver  `null` checks every call and computes nothing. @defaultValue the platform's
 * @returns its adapter
 * @throws Error if there is none
 */
export async function openGpu(driver?: 'null'): Promise<NodeGPUAdapter> {
  const adapter = await registerWebGPUInNode({driver});
  if (!(await tf.setBackend('webgpu'))) throw new Error('bench: the backend webgpu must start here.');
  return adapter;
}

/**
 * What the host has to do for a training step, in `fit` and by itself, and for a prediction, on a device that computes nothing:
 * by ops, and replayed. It does not depend on the batch, which is 1, nor much on the density.
 */
export function* gpuHostCases(bench: BenchNetwork, {densities: [density], repeated}: GpuOptions): Generator<Case> {
  const dense = denseNetwork(bench);
  const [ops, replayed] = [0, 1].map(() => sparseNetwork(dense, density));
  const data = randomData(dense, repeated);
  yield {
    what: 'training step',
    contestants: [
      counted(untilDone(fitContestant('dense', dense, data, 1))),
      counted(byOps(untilDone(fitContestant('sparse, by ops', ops, data, 1)))),
      counted(replaying(untilDone(fitContestant('sparse, replayed', replayed, data, 1)))),
    ],
  };
  tf.dispose({...data});
  const {x, y} = randomData(dense, 1);
  yield {
    what: 'training step, without fit',
    contestants: [
      counted(stepping('dense', dense, [x, y], repeated)),
      counted(byOps(stepping('sparse, by ops', ops, [x, y], repeated))),
      counted(replaying(stepping('sparse, replayed', replayed, [x, y], repeated))),
    ],
  };
  yield {
    what: 'predict',
    contestants: [
      counted(predicting('dense', dense, x, repeated)),
      counted(byOps(predicting('sparse, by ops', ops, x, repeated))),
      counted(replaying(predicting('sparse, replayed', replayed, x, repeated))),
    ],
  };
  tf.dispose([x, y]);
  for (const network of [dense, ops, replayed]) disposeNetwork(network);
}

/** Training steps on a batch that is ready: what `fit` takes longer is its own. */
function stepping(label: string, network: tf.LayersModel, batch: tf.Tensor[], times: number): Contestant {
  // A Sequential has a model inside that trains.
  const {model = network} = network as unknown as {model?: tf.LayersModel};
  const trained = model as unknown as {makeTrainFunction(): (batch: tf.Tensor[]) => tf.Tensor[]};
  return untilDone({
    label,
    times,
    run: async () => {
      const train = trained.makeTrainFunction();
      for (let i = 0; i < times; i++) tf.dispose(train(batch));
    },
  });
}

function predicting(label: string, network: tf.LayersModel, x: tf.Tensor, times: number): Contestant {
  return untilDone({
    label,
    times,
    run: async () => {
      for (let i = 0; i < times; i++) tf.dispose(network.predict(x));
    },
  });
}

/** Whole networks: training steps in `fit`, predictions, and connectivity updates. */
export function* gpuNetworkCases(bench: BenchNetwork, options: GpuOptions): Generator<Case> {
  const {densities, batches, trainingBatch, repeated} = options;
  const dense = {label: 'dense', network: denseNetwork(bench)};
  const sparse = densities.map((density) => ({label: `${density}`, network: sparseNetwork(dense.network, density)}));
  const data = randomData(dense.network, repeated * trainingBatch);
  const step = `training step, batch ${trainingBatch}`;
  const fitting = ({label, network}: typeof dense) => untilDone(fitContestant(label, network, data, trainingBatch));
  yield {
    what: step,
    contestants: [
      fitting(dense),
      ...sparse.map(fitting).map(replaying),
      ...sparse.map(fitting).map((fit) => byOps({...fit, row: `${step}, by ops`})),
    ],
  };
  tf.dispose({...data});

  for (const batch of batches) {
    const {x, y} = randomData(dense.network, batch);
    yield {
      what: `predict, batch ${batch}`,
      contestants: [
        predicting('dense', dense.network, x, repeated),
        ...sparse.map(({label, network}) => replaying(predicting(label, network, x, repeated))),
      ],
    };
    tf.dispose([x, y]);
  }

  const {x, y} = randomData(dense.network, trainingBatch);
  for (const [name, Scheduler] of Object.entries({SET: SETScheduler, RigL: RigLScheduler})) {
    yield {
      what: `update (${name})`,
      contestants: sparse
        .map(updatingBy(Scheduler, x, y))
        .map(untilDone)
        .map(replaying),
    };
  }
  tf.dispose([x, y]);
  for (const {network} of [dense, ...sparse]) disposeNetwork(network);
}

/** The three products of each layer, with the share of the memory's bandwidth that they reach. */
export function* gpuProductCases(layers: readonly BenchLayer[], batch: number, options: GpuOptions): Generator<Case> {
  const {densities, repeated} = options;
  const copy = copyContestant(repeated);
  for (const layer of layers) {
    const layerProducts = 'image' in layer ? convolutionProducts(layer, batch) : denseProducts(layer, batch);
    const {name, products, operands} = layerProducts;
    const [, , weights] = operands;
    const kernels = densities.map((density) => ({label: `${density}`, kernel: sparseKernel(layer, density)}));
    for (const {name: product, dense, denseByItop, sparse} of products) {
      const contestants = [
        copy.contestant,
        ...Object.entries({dense, ...(denseByItop && {'dense, by itop': denseByItop})}).map(([label, compute]) =>
          productContestant(label, compute, weights.size, 4 * weights.size, layerProducts, repeated),
        ),
        ...kernels.map(({label, kernel}) => {
          const {nnz} = kernel.topology;
          return productContestant(label, () => sparse(kernel), nnz, CONNECTION_BYTES * nnz, layerProducts, repeated);
        }),
      ];
      yield {what: `${name} ${product}`, contestants};
    }
    tf.dispose([...operands]);
    for (const {kernel} of kernels) releaseKernel(kernel);
  }
  copy.dispose();
}

/** What a product reads or writes for a connection: its value, and two numbers of its index. */
const CONNECTION_BYTES = 12;

function productContestant(
  label: string,
  compute: () => tf.Tensor,
  weights: number,
  weightBytes: number,
  {operands: [x, dy], multiplications}: LayerProducts,
  times: number,
): Contestant {
  return untilDone({
    label,
    times,
    run: async () => {
      for (let i = 0; i < times; i++) compute().dispose();
    },
    flops: 2 * weights * multiplications,
    // Each product has x and dy, or what is as large, once among its operands and result.
    bytes: 4 * (x.size + dy.size) + weightBytes,
  });
}

/** What the device's memory does at best: it reads as much as it writes. */
function copyContestant(times: number): {contestant: Contestant; dispose(): void} {
  // Beyond any cache where the device is a real one; short where it is not, and every run counts.
  const length = times > 1 ? 2 ** 26 : 2 ** 20;
  const numbers = tf.ones([length]);
  const run = async () => {
    for (let i = 0; i < times; i++) tf.neg(numbers).dispose();
  };
  return {
    contestant: untilDone({label: 'copy', times, run, bytes: 8 * length}),
    dispose: () => numbers.dispose(),
  };
}

/** The contestant, whose WebGPU programs are counted: of the last run, those of `fit` itself included. */
function counted(contestant: Contestant): Contestant {
  let programs = 0;
  return {
    ...contestant,
    get programs() {
      return programs;
    },
    run: async () => {
      const pass = GPUComputePassEncoder.prototype;
      const {dispatchWorkgroups} = pass;
      let dispatches = 0;
      pass.dispatchWorkgroups = function (...sizes) {
        dispatches++;
        return dispatchWorkgroups.apply(this, sizes);
      };
      try {
        await contestant.run();
      } finally {
        pass.dispatchWorkgroups = dispatchWorkgroups;
      }
      programs = Math.round(dispatches / (contestant.times ?? 1));
    },
  };
}

/** The contestant, timed until the device is done. */
function untilDone(contestant: Contestant): Contestant {
  return {
    ...contestant,
    run: async () => {
      await contestant.run();
      await deviceDone();
    },
  };
}

async function deviceDone(): Promise<void> {
  const backend = tf.backend() as unknown as {
    ensureCommandEncoderReady(): void;
    endComputePassEncoder(): void;
    submitQueue(): void;
    readonly queue: {onSubmittedWorkDone(): Promise<void>};
  };
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
  await backend.queue.onSubmittedWorkDone();
}
