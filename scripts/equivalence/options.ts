import {Command, InvalidArgumentError, Option} from 'commander';
import {actionKinds} from './grammar/actions.ts';
import {networkKinds} from './grammar/networkKinds.ts';

/** Backends on which scripts can run. */
export const BACKENDS = ['wasm', 'cpu', 'webgpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What `npm run equivalence -- …` was asked for. */
export interface EquivalenceOptions {
  readonly minutes: number;
  /** Of the first script; the next ones have others. */
  readonly seed: number;
  /** Number of scripts after which it ends, whatever the time. */
  readonly scripts: number;
  readonly backend: BackendName;
  /** The most threads that scripts use. */
  readonly threads: number;
  /** Kinds of layers and actions that scripts do without. */
  readonly without: readonly string[];
  /** Differences after which it ends. */
  readonly differences: number;
}

/** Reads the command line; `--help` and a wrong value end the process. */
export function parseOptions(argv: readonly string[], freshSeed: number): EquivalenceOptions {
  return new Command('equivalence')
    .description(
      'Runs random scripts with the fused or replayed step and without, and reports the first difference as a script.',
    )
    .option('--minutes <n>', 'how long', positive, 3)
    .option('--seed <n>', 'of the first script (default: a fresh one, which is printed)', integer, freshSeed)
    .option('--scripts <n>', 'end after so many scripts', positive, Number.POSITIVE_INFINITY)
    .addOption(new Option('--backend <name>', 'where').choices(BACKENDS).default('wasm'))
    .option('--threads <n>', 'the most threads that the fused step uses, 1 to 4', upToFour, 1)
    .option(
      '--without <kinds>',
      `leave out kinds of layers or actions, such as ${kinds()[0]},${kinds()[1]}`,
      kindList,
      [],
    )
    .option('--differences <n>', 'end after so many differences', positive, 1)
    .parse(['node', 'equivalence', ...argv])
    .opts<EquivalenceOptions>();
}

function kinds(): string[] {
  return [...networkKinds.map(([kind]) => kind), ...Object.keys(actionKinds)];
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a positive number.');
  return value;
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be an integer.');
  return value;
}

function upToFour(text: string): number {
  const value = integer(text);
  if (value < 1 || value > 4) throw new InvalidArgumentError('It must be 1, 2, 3 or 4.');
  return value;
}

function kindList(text: string): string[] {
  const list = text.split(',');
  const unknown = list.find((kind) => !kinds().includes(kind));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${kinds().join(', ')}.`);
  return list;
}
