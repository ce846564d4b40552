/**
 * The paper's experiments: `npm run paper -- fig3-mlp-2`, several names, or `all`; `plot` draws what there is.
 *
 * @see docs/paper/README.md
 */
import {fileURLToPath} from 'node:url';
import {Argument, Command} from 'commander';
import {setThreads} from 'itop';
import {accelerateTfjs} from 'itop/accelerate';
import {useBackend} from '../quickstart/backend.ts';
import {experiments, queueOf} from './experiments/index.ts';
import {official} from './experiments/official.ts';
import {type Shard, shardOf} from './experiments/shard.ts';
import {type PaperData, paperData} from './paperData.ts';
import {officialTable} from './plots/officialTable.ts';
import {writePages} from './plots/writePages.ts';
import {readResults, runQueue} from './runQueue.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

interface TrainOptions {
  readonly data?: string;
  readonly seeds?: number;
  readonly threads: number;
  readonly minutes?: number;
  readonly shard?: Shard;
}

const RESULTS = fromRoot('docs/results/paper');

const command = new Command('paper')
  .description('Trains what experiments still lack, and keeps each training in one file of docs/results/paper.')
  .addArgument(
    new Argument('<names...>', 'experiments, all of them, or plot').choices([
      'all',
      'plot',
      ...experiments.map(({name}) => name),
    ]),
  )
  .option('--data <folder>', 'holds cifar-10-batches-bin and mnist; ITOP_DATA or the cache unless given')
  .option(
    '--seeds <n>',
    'repeat each training with the seeds 1 to n; each experiment has a number of its own',
    wholeNumber,
  )
  .option('--threads <n>', 'threads of a training', wholeNumber, 1)
  .option('--minutes <n>', 'stop after so long; the next call goes on from there', wholeNumber)
  .option('--shard <i/n>', 'train only the i-th of n parts of the queue, one part for each machine', shardOf)
  .addHelpText('after', `\nExperiments:\n${list()}\n\nplot draws what there is into docs/paper.`)
  .action((names, options) =>
    names.includes('plot') ? writePages(RESULTS, fromRoot('docs/paper')) : train(names, options),
  );

try {
  await command.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

async function train(
  names: readonly string[],
  {data: folder, seeds, threads, minutes = Number.POSITIVE_INFINITY, shard}: TrainOptions,
): Promise<void> {
  const chosen = experiments
    .filter(({name}) => names.includes(name) || names.includes('all'))
    .map((experiment) => ({...experiment, seeds: seeds ?? experiment.seeds}));
  await useBackend('wasm');
  accelerateTfjs();
  setThreads(threads);
  const end = performance.now() + 60_000 * minutes;
  const loaded = new Map<string, PaperData>();
  await runQueue(queueOf(chosen, shard), {
    resultsFolder: RESULTS,
    workFolder: fromRoot('runs/paper'),
    log: console.log,
    hasTime: () => performance.now() < end,
    loadData: async (network) => {
      const data = loaded.get(network) ?? (await paperData(network, folder));
      loaded.set(network, data);
      return data;
    },
  });
  if (names.includes(official.name)) {
    const {table, missed} = officialTable(await readResults(RESULTS));
    console.log(`\n${table}`);
    if (missed > 0) process.exitCode = 1;
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 1
    ? value
    : command.error(`paper: --seeds, --threads and --minutes must be positive integers, received ${text}. Try 1.`);
}

function list(): string {
  return experiments.map(({name, question}) => `  ${name.padEnd(12)} ${question}`).join('\n');
}
