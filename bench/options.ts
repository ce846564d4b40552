import {Command, InvalidArgumentError} from 'commander';
import {type BenchModel, MODELS} from './models.ts';
import type {Patience} from './race.ts';

/** What `npm run bench -- …` was asked for. */
export interface BenchOptions extends Patience {
  readonly models: readonly BenchModel[];
  readonly densities: readonly number[];
  readonly backends: readonly string[];
  /** Convolutions, too. */
  readonly convolutions: boolean;
  readonly json?: string;
}

/** What is measured unless told otherwise, thoroughly and with `--quick`. */
const THOROUGH: BenchOptions = {
  models: MODELS,
  densities: [0.2, 0.1, 0.05, 0.02],
  backends: ['wasm', 'cpu'],
  convolutions: true,
  repetitions: 20,
  seconds: 10,
};
const QUICK: BenchOptions = {
  ...THOROUGH,
  models: MODELS.slice(0, 1),
  densities: [0.1, 0.05],
  convolutions: false,
  repetitions: 3,
  seconds: 1,
};

/** Reads the command line; `--help` and a wrong value end the process. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const {quick, ...given} = new Command('bench')
    .description('Times sparse networks against the same networks dense, on the same backend, in turn.')
    .option('--quick', `only ${QUICK.models[0].name}, few densities and repetitions`)
    .option('--models <names>', `of ${MODELS.map(({name}) => name).join(', ')}`, models)
    .option('--densities <numbers>', 'separated by commas, each in (0, 1]', numbers)
    .option('--backends <names>', 'of wasm, cpu', (text: string) => text.split(','))
    .option('--convolutions', 'measure convolutions, too (as without --quick)')
    .option('--no-convolutions', 'leave them out')
    .option('--repetitions <n>', 'rounds per case', positiveInteger)
    .option('--json <file>', 'write the results there, too')
    .allowExcessArguments(false)
    .parse(argv, {from: 'user'})
    .opts<Partial<BenchOptions> & {readonly quick?: true}>();
  return {...(quick ? QUICK : THOROUGH), ...given};
}

function models(text: string): BenchModel[] {
  return text.split(',').map((name) => {
    const model = MODELS.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (!model) throw new InvalidArgumentError(`There is no model ${name}.`);
    return model;
  });
}

function numbers(text: string): number[] {
  const densities = text.split(',').map(Number);
  if (!densities.every((density) => density > 0 && density <= 1)) {
    throw new InvalidArgumentError('Densities must be in (0, 1]. For 5 % write 0.05.');
  }
  return densities;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!(Number.isSafeInteger(value) && value >= 1)) throw new InvalidArgumentError('It must be a positive integer.');
  return value;
}
