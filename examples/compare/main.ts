/**
 * All methods on MNIST with LeNet-300-100: `npm run compare -- train`, and `npm run compare -- publish` draws what there is.
 *
 * @see docs/methods.md
 */
import {fileURLToPath} from 'node:url';
import {Argument, Command} from 'commander';
import {setThreads} from 'itop';
import {accelerateTfjs} from 'itop/accelerate';
import {queuePart, type Shard, shardOf} from '../paper/experiments/shard.ts';
import {finishQueue, resultPath, writeResult} from '../paper/finishQueue.ts';
import {paperData} from '../paper/paperData.ts';
import {useBackend} from '../quickstart/backend.ts';
import {type CompareSettings, compareName, compareRun} from './compareRun.ts';
import {writeComparison} from './compareTables.ts';
import {methods} from './methods.ts';

const DENSITIES = [0.05, 0.02, 0.1, 0.01];
const SEEDS = [1, 2, 3];
const EPOCHS = 10;

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const RESULTS = fromRoot('docs/results/compare');

interface CompareOptions {
  readonly data?: string;
  readonly minutes: number;
  readonly shard: Shard;
  readonly epochs: number;
  readonly method?: string;
}

const command = new Command('compare')
  .description('Trains what the comparison still lacks, and keeps each training in one file of docs/results/compare.')
  .addArgument(
    new Argument('<what>', 'train, or publish what there is in docs/methods.md').choices(['train', 'publish']),
  )
  .option('--data <folder>', 'holds mnist; ITOP_DATA or the cache unless given')
  .option('--minutes <n>', 'begin no training after so long', Number, Number.POSITIVE_INFINITY)
  .option('--shard <i/n>', 'train only the i-th of n parts of the queue', shardOf, {index: 1, count: 1})
  .option('--epochs <n>', 'passes over the data; other lengths are kept in longer/, outside the table', Number, EPOCHS)
  .option('--method <name>', 'train only this one of examples/compare/methods.ts')
  .action((what: string, options: CompareOptions) =>
    what === 'train'
      ? train(options)
      : writeComparison(RESULTS, fromRoot('docs/methods.md'), fromRoot('docs/compare.svg')),
  );

try {
  await command.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

async function train({data: folder, minutes, shard, epochs, method}: CompareOptions): Promise<void> {
  await useBackend('wasm');
  accelerateTfjs();
  setThreads(1);
  const data = await paperData('LeNet-300-100', folder);
  const end = performance.now() + 60_000 * minutes;
  const chosen = queue(epochs).filter((settings) => method === undefined || settings.method === method);
  const resultsFolder = epochs === EPOCHS ? RESULTS : `${RESULTS}/longer`;
  await finishQueue(queuePart(chosen, shard), {
    resultsFolder,
    nameOf: compareName,
    log: console.log,
    hasTime: () => performance.now() < end,
    run: async (settings) => {
      const result = await compareRun(settings, data);
      await writeResult(resultPath(resultsFolder, compareName(settings)), result);
      return result;
    },
  });
}

/** All trainings: first every method with the first seed, density by density. */
function queue(epochs: number): CompareSettings[] {
  return SEEDS.flatMap((seed) =>
    DENSITIES.flatMap((density) => Object.keys(methods).map((method) => ({method, density, epochs, seed}))),
  );
}
