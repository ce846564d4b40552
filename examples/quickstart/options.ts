import {Command, Option} from 'commander';
import {METHODS, type Method} from './methods.ts';

const BACKENDS = ['wasm', 'cpu', 'webgpu'] as const;
const DISTRIBUTIONS = ['erdosRenyiKernel', 'erdosRenyi', 'uniform'] as const;

/** What `npm run quickstart -- …` was asked for. */
export interface QuickstartOptions {
  readonly density: number;
  readonly distribution: (typeof DISTRIBUTIONS)[number];
  readonly methods: readonly Method[];
  readonly epochs: number;
  readonly batchSize: number;
  /** Left out, it is one that fits the length of the training: see {@link fittingInterval}. */
  readonly updateInterval?: number;
  readonly dropFraction: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly samples?: number;
  readonly data?: string;
  readonly download: boolean;
  readonly backend: (typeof BACKENDS)[number];
  readonly out: string;
}

/** The options of a run once the length of the training is known. */
export type TrainOptions = QuickstartOptions & Required<Pick<QuickstartOptions, 'updateInterval'>>;

/** Twenty updates are enough for a short training to explore; between two of them, 300 steps are long enough for MNIST. */
export function fittingInterval(steps: number): number {
  return Math.min(300, Math.max(1, Math.floor(steps / 20)));
}

/**
 * Reads the command line. `--help` prints the options with their defaults; a wrong value prints one sentence; both end the
 * process.
 *
 * @param argv     the arguments after the script's name
 * @param command  for tests, which do not want the process to end
 */
export function parseOptions(argv: readonly string[], command = quickstartCommand()): QuickstartOptions {
  return command.parse(argv, {from: 'user'}).opts();
}

/** The options with their rules. */
export function quickstartCommand(): Command {
  const command = new Command('quickstart');

  function fail(message: string): never {
    return command.error(`quickstart: ${message}`);
  }

  /** A number that keeps a rule. */
  function number(name: string, rule: string, isValid: (value: number) => boolean, advice: string) {
    return (text: string): number => {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return isValid(value) ? value : fail(`${name} must be ${rule}, received ${text}. ${advice}`);
    };
  }

  function positiveInteger(name: string, advice: string) {
    return number(name, 'a positive integer', (value) => Number.isSafeInteger(value) && value >= 1, advice);
  }

  function oneOf(name: string, choices: readonly string[]) {
    return (text: string): string =>
      choices.includes(text)
        ? text
        : fail(`${name} must be one of ${choices.join(', ')}, received ${text}. Choose one.`);
  }

  function methods(text: string): string[] {
    const chosen = text.split(',').map((method) => method.trim());
    if (new Set(chosen).size < chosen.length || !chosen.every((method) => METHODS.includes(method as Method))) {
      fail(`--methods must be different ones of ${METHODS.join(', ')}, received ${text}. Separate them by commas.`);
    }
    return chosen;
  }

  return command
    .description(
      'Trains LeNet-300-100 on MNIST (or built-in digits, where there is no MNIST) dense, static sparse, with SET-ITOP and ' +
        'with RigL-ITOP, and writes a table, report.html, results.json and a log of each.',
    )
    .helpOption('-h, --help', 'show this help')
    .option(
      '--density <share>',
      'active connections over all, in (0, 1]',
      number('--density', 'in (0, 1]', (x) => x > 0 && x <= 1, 'For 5 % of the connections write 0.05.'),
      0.05,
    )
    .addOption(
      new Option('--distribution <name>', `density per layer: ${DISTRIBUTIONS.join(', ')}`)
        .argParser(oneOf('--distribution', DISTRIBUTIONS))
        .default('erdosRenyiKernel'),
    )
    .addOption(
      new Option('--methods <names>', 'what to train, separated by commas')
        .argParser(methods)
        .default([...METHODS], METHODS.join(',')),
    )
    .option('--epochs <n>', 'passes over the data', positiveInteger('--epochs', 'Try 10.'), 5)
    .option('--batch-size <n>', 'samples per step', positiveInteger('--batch-size', 'Try 100.'), 100)
    .option(
      '--update-interval <steps>',
      'steps between two topology updates, ΔT (default: for 20 updates, at most 300)',
      positiveInteger('--update-interval', 'Try 300.'),
    )
    .option(
      '--drop-fraction <share>',
      'share of the connections replaced per update at first, in [0, 1]',
      number('--drop-fraction', 'in [0, 1]', (x) => x >= 0 && x <= 1, 'Try 0.5.'),
      0.5,
    )
    .option(
      '--learning-rate <rate>',
      'rate at first; divided by 10 at 1/2 and 3/4 of the training',
      number('--learning-rate', 'a positive number', (x) => x > 0 && Number.isFinite(x), 'Try 0.1.'),
      0.1,
    )
    .option(
      '--seed <n>',
      'the same seed gives the same run',
      number('--seed', 'an integer', Number.isSafeInteger, 'Try 1.'),
      1,
    )
    .option('--samples <n>', 'use only so many training samples', positiveInteger('--samples', 'Leave it out for all.'))
    .option('--data <folder>', 'take the four MNIST files from here, gzipped or not')
    .option('--no-download', 'do not download MNIST if it is not in the cache')
    .addOption(
      new Option('--backend <name>', `TensorFlow.js backend: ${BACKENDS.join(', ')}`)
        .argParser(oneOf('--backend', BACKENDS))
        .default('wasm'),
    )
    .option('--out <folder>', 'where to write report.html, results.json and the logs', 'runs/quickstart')
    .allowExcessArguments(false);
}
