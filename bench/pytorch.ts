import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs';
import {RigLScheduler} from 'itop';
import {onThreads} from './fusedSteps.ts';
import {denseNetwork, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import {fitContestant, updatingBy} from './networks.ts';
import type {Case, Contestant} from './race.ts';
import type {BenchNetwork} from './shapes.ts';
import {onAcceleratedTfjs} from './stockKernels.ts';

/** What PyTorch is asked to do; see torchRace.py. */
interface TorchRequest {
  readonly network: string;
  readonly task: 'train' | 'predict' | 'update';
  readonly kind: 'dense' | 'masked' | 'csr';
  readonly density: number;
  readonly batch: number;
  readonly threads: number;
  readonly times: number;
}

type TorchAnswer = {readonly cpu: number; readonly wall: number} | {readonly error: string};

/** Batches of training steps. */
const TRAINING_BATCHES: Readonly<Record<string, readonly number[]>> = {
  'LeNet-300-100': [100],
  'MLP-CIFAR10': [128],
  'MLP-4096': [256],
  'WRN-22-2': [32, 8, 4, 1],
};
const IMAGES: readonly number[] = [32];

/** Batches of a network's training steps, the usual one first. */
export function sparseBatches({name}: BenchNetwork): readonly number[] {
  return TRAINING_BATCHES[name] ?? IMAGES;
}

const PREDICTED: readonly number[] = [1, 8];

/** Has the C library keep what PyTorch frees: given back, large tensors would cost new pages at every step. */
const KEEPING_MEMORY = {MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '4294967296'};

/** A process with PyTorch, which answers one request after the other. */
export class Torch {
  private constructor(
    readonly version: string,
    private readonly process: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** @returns undefined if there is no Python with PyTorch: `python3`, or what the environment variable ITOP_PYTHON names */
  static async start(): Promise<Torch | undefined> {
    const script = fileURLToPath(new URL('torchRace.py', import.meta.url));
    const {env} = globalThis.process;
    const process = spawn(env.ITOP_PYTHON ?? 'python3', ['-W', 'ignore', script], {
      env: {...KEEPING_MEMORY, ...env},
      // What PyTorch writes there nobody reads, and a pipe that is full would stop it.
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    process.on('error', () => undefined);
    const lines = createInterface(process.stdout)[Symbol.asyncIterator]();
    const {value, done} = await lines.next();
    return done ? undefined : new Torch(JSON.parse(value).torch, process, lines);
  }

  async ask(request: TorchRequest): Promise<TorchAnswer> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    const {value, done} = await this.lines.next();
    return done ? {error: 'the process has ended'} : JSON.parse(value);
  }

  stop(): void {
    this.process.stdin.end();
  }

  /** @returns undefined, with a word about why, if PyTorch cannot do it here */
  async contestant(label: string, request: TorchRequest): Promise<Contestant | undefined> {
    const first = await this.ask({...request, times: 1});
    if ('error' in first) {
      console.log(`PyTorch ${label} left out: ${first.error}`);
      return undefined;
    }
    let cpu = first.cpu;
    return {
      label,
      times: request.times,
      run: async () => {
        const answer = await this.ask(request);
        if ('error' in answer)
          throw new Error(`bench: PyTorch must do what it has done before, received ${answer.error}.`);
        cpu = answer.cpu;
      },
      cpu: () => cpu,
    };
  }
}

/** Training steps, predictions and updates of a network, ours and PyTorch's in turn; densities are divided by ERK. */
export async function* torchCases(
  torch: Torch,
  bench: BenchNetwork,
  {densities, threads}: {readonly densities: readonly number[]; readonly threads: readonly number[]},
): AsyncGenerator<Case> {
  const {name: network} = bench;
  const isImages = bench.layers.some((layer) => 'image' in layer);
  const dense = denseNetwork(bench);
  const sparse = densities.map((density) => ({
    label: `${density}`,
    network: sparseNetwork(dense, density, 'erdosRenyiKernel'),
  }));
  /** PyTorch dense, masked, and where it can in compressed rows. */
  const theirs = async (
    request: Omit<TorchRequest, 'network' | 'kind' | 'density'>,
    kinds: readonly TorchRequest['kind'][],
  ) => {
    const asked = kinds.flatMap((kind) =>
      (kind === 'csr' ? densities : [densities[0]]).map((density) => ({kind, density})),
    );
    const all: (Contestant | undefined)[] = [];
    for (const {kind, density} of asked) {
      const label = kind === 'csr' ? `CSR ${density}` : kind;
      all.push(await torch.contestant(label, {...request, network, kind, density}));
    }
    return all.filter((contestant) => contestant !== undefined);
  };
  const kinds = isImages ? (['dense', 'masked'] as const) : (['dense', 'masked', 'csr'] as const);
  for (const count of threads) {
    const on = count === 1 ? '' : `, ${count} threads`;
    for (const batch of sparseBatches(bench)) {
      const times = isImages ? 1 : 8;
      const data = randomData(dense, times * batch);
      const ours = sparse.map(({label, network}) =>
        onThreads(count, onAcceleratedTfjs(fitContestant(label, network, data, batch))),
      );
      const others = await theirs({task: 'train', batch, threads: count, times}, kinds);
      yield {what: `training step, batch ${batch}${on}`, contestants: [...others, ...ours]};
      tf.dispose({...data});
    }
  }
  for (const batch of PREDICTED) {
    const times = isImages ? 2 : 40;
    const {x, y} = randomData(dense, batch);
    const ours = sparse.map(
      ({label, network}): Contestant =>
        onThreads(1, {
          label,
          times,
          run: async () => {
            for (let i = 0; i < times; i++) tf.dispose(network.predict(x, {batchSize: batch}));
          },
        }),
    );
    const others = await theirs({task: 'predict', batch, threads: 1, times}, isImages ? ['dense'] : ['dense', 'csr']);
    yield {what: `predict, batch ${batch}`, contestants: [...others, ...ours]};
    tf.dispose([x, y]);
  }
  const {x, y} = randomData(dense, isImages ? 4 : 32);
  const others = await theirs({task: 'update', batch: 1, threads: 1, times: 1}, ['masked']);
  const ours = sparse.map(updatingBy(RigLScheduler, x, y));
  yield {
    what: 'update (RigL)',
    contestants: [...others.map((contestant) => ({...contestant, label: 'dense'})), ...ours],
  };
  tf.dispose([x, y]);
  for (const one of [dense, ...sparse.map(({network}) => network)]) disposeNetwork(one);
}
