import {Command, InvalidArgumentError} from 'commander';
import type {Patience} from './race.ts';
import {type BenchNetwork, DENSITIES, NETWORKS} from './shapes.ts';

/** What is measured where nothing is named. */
const HOST_PARTS = ['loops', 'networks', 'products', 'memory', 'across'] as const;
const NAMED_PARTS = ['pytorch', 'scaling', 'updates', 'losses', 'coverage', 'profile'] as const;
const ON_WEBGPU = ['webgpu-checks', 'webgpu', 'webgpu-products', 'webgpu-profile', 'webgpu-host'] as const;

/** What can be measured. */
export const PARTS = [...HOST_PARTS, ...NAMED_PARTS, ...ON_WEBGPU] as const;
type Part = (typeof PARTS)[number];

/** What is measured on WebGPU, where it is asked for. */
export const GPU_PARTS: readonly Part[] = ON_WEBGPU;
/** What is measured beside the tables of backends and models, where it is asked for. */
export const PARTS_APART: readonly Part[] = [...NAMED_PARTS, ...ON_WEBGPU];

/** What `npm run bench -- …` was asked for. */
export interface BenchOptions extends Patience {
  /** @defaultValue all, without those that take minutes for a dense step */
  readonly models?: readonly BenchNetwork[];
  readonly backends: readonly string[];
  readonly parts: readonly Part[];
  readonly densities: readonly number[];
  /** Batches of predictions and products. @defaultValue all, or 1 where dense tfjs is very slow */
  readonly batches?: readonly number[];
  /** Batch of training steps. @defaultValue the network's, or 1 where dense tfjs is very slow */
  readonly trainingBatch?: number;
  /** Threads of training steps beside PyTorch's. */
  readonly threads: readonly number[];
  readonly json?: string;
}

/** What is measured unless told otherwise, thoroughly and with `--quick`. */
const THOROUGH: BenchOptions = {
  backends: ['wasm', 'cpu'],
  parts: HOST_PARTS,
  densities: DENSITIES,
  repetitions: 20,
  seconds: 1,
  threads: [1],
};
const QUICK: BenchOptions = {
  ...THOROUGH,
  models: NETWORKS.slice(0, 1),
  parts: ['loops', 'networks', 'products', 'memory'],
  densities: [0.1, 0.05],
  batches: [32],
  repetitions: 3,
  seconds: 1,
};
/** Products at densities where dense ones begin to win; `setBreakEven` takes what is found. */
const BREAK_EVEN: BenchOptions = {
  ...THOROUGH,
  backends: ['wasm'],
  parts: ['products'],
  densities: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8],
};

const list = (text: string) => text.split(',');

/** Reads the command line; `--help` and a wrong value end the process. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const {quick, breakEven, ...given} = new Command('bench')
    .description('Times sparse networks against the same networks dense, on the same backend, in turn.')
    .option('--quick', `only ${NETWORKS[0].name}, few densities, batches and repetitions`)
    .option('--break-even', 'products on wasm at densities from 0.1 to 0.8')
    .option('--models <names>', `of ${NETWORKS.map(({name}) => name).join(', ')}`, models)
    .option('--backends <names>', 'of wasm, cpu', list)
    .option(
      '--parts <names>',
      `of ${PARTS.join(', ')}; ${NAMED_PARTS.join(', ')} and those of webgpu only if they are named`,
      parts,
    )
    .option('--densities <numbers>', 'separated by commas, each in (0, 1]', densities)
    .option('--batches <numbers>', 'of predictions and products', (text) => list(text).map(positiveInteger))
    .option('--training-batch <n>', 'of training steps', positiveInteger)
    .option('--threads <numbers>', 'of training steps beside PyTorch', (text) => list(text).map(positiveInteger))
    .option('--repetitions <n>', 'rounds per case', positiveInteger)
    .option('--seconds <n>', 'after which a contestant of a case runs no more', positiveInteger)
    .option('--json <file>', 'write the results there, too')
    .allowExcessArguments(false)
    .parse(argv, {from: 'user'})
    .opts<Partial<BenchOptions> & {readonly quick?: true; readonly breakEven?: true}>();
  return {...(quick ? QUICK : breakEven ? BREAK_EVEN : THOROUGH), ...given};
}

function models(text: string): BenchNetwork[] {
  return list(text).map((name) => {
    const model = NETWORKS.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (!model) throw new InvalidArgumentError(`There is no model ${name}.`);
    return model;
  });
}

function parts(text: string): Part[] {
  const chosen = list(text).map((name) => {
    const part = PARTS.find((candidate) => candidate === name);
    if (!part) throw new InvalidArgumentError(`There is no part ${name}.`);
    return part;
  });
  if (chosen.includes('webgpu-host') && chosen.some((part) => part !== 'webgpu-host' && GPU_PARTS.includes(part))) {
    throw new InvalidArgumentError('The part webgpu-host has a device of its own. Measure the others in another run.');
  }
  return chosen;
}

function densities(text: string): number[] {
  const numbers = list(text).map(Number);
  if (!numbers.every((density) => density > 0 && density <= 1)) {
    throw new InvalidArgumentError('Densities must be in (0, 1]. For 5 % write 0.05.');
  }
  return numbers;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!(Number.isSafeInteger(value) && value >= 1)) throw new InvalidArgumentError('It must be a positive integer.');
  return value;
}
