import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';
import * as files from 'itop/files';
import * as node from 'itop/node';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {smallModel} from './support/training.ts';

/** One sentence that says what must be and what was received, and one that says what to do. */
const FORM = /^\w[\w.]*: [^\n]+ must [^\n]+, received [^\n]+\. \S[^\n]*\.$/;

/** What the library makes itself; users meet the types only. */
const MADE_INSIDE = ['BitSet', 'SortedSet', 'GradientProbe', 'RunLogCallback', 'SchedulerCallback', 'SparseWeight'];

/** Functions that need no argument. */
const OPTIONAL = [
  ...[
    'accelerateTfjs',
    'erdosRenyi',
    'erdosRenyiKernel',
    'freshSeed',
    'gradientGrowth',
    'magnitudePruning',
    'progressBar',
  ],
  ...['randomGrowth', 'randomPruning', 'setPruning', 'setThreads', 'taylorPruning', 'threads', 'unexploredFirstGrowth'],
  ...['uniform', 'parameterBytes'],
  ...['bySurvivors', 'cannistraciHebb', 'channels', 'constantFanIn', 'diagonals', 'gradientMomentum'],
  ...['gradient', 'magnitude', 'random', 'secondOrder', 'signPruning', 'synflow', 'taylor'],
  ...['hardConcrete', 'softThreshold', 'trainableMask'],
];

/** What people pass by mistake. */
const WRONG: readonly unknown[] = [undefined, null, Number.NaN, -1, 'x', true, {}, []];

type Call = (...args: unknown[]) => unknown;

function exported(): [name: string, call: Call][] {
  const {fileStore, fileSystem, folderStore, progressBar} = node;
  const functions = Object.entries({...itop, ...files, fileStore, fileSystem, folderStore, progressBar}).filter(
    ([name, value]) => typeof value === 'function' && !MADE_INSIDE.includes(name),
  ) as [string, Call & (new (...args: unknown[]) => unknown)][];
  return functions.map(([name, value]) => [
    name,
    /^class/.test(Function.prototype.toString.call(value)) ? (...args) => new value(...args) : value,
  ]);
}

/** The error of a call, also of one that returns a promise; undefined if there is none. */
async function errorOf(call: Call, args: readonly unknown[]): Promise<Error | undefined> {
  try {
    await call(...args);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe('every public function', () => {
  const before = process.cwd();
  const folder = mkdtempSync(`${tmpdir()}/itop-edges-`);
  beforeAll(async () => {
    await tf.setBackend('cpu');
    process.chdir(folder); // where fileSink('x') makes its file
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, {recursive: true});
    itop.setThreads();
    itop.setFusedStep(true);
  });

  it.each(exported())('%s says in one sentence what is wrong with what it is given', async (name, call) => {
    const pairs = WRONG.flatMap((first) => WRONG.map((second) => [first, second]));
    const lists = [[], ...WRONG.map((value) => [value]), ...pairs, ...WRONG.map((value) => [smallModel(), value])];
    for (const args of lists) {
      const error = await errorOf(call, args);
      if (error) expect(error.message, `${name}(${args.map(String)}): ${error.stack}`).toMatch(FORM);
      else if (args.length === 0) expect(OPTIONAL, `${name}() was accepted`).toContain(name);
    }
  });

  const model = () => smallModel();
  it.each<[string, Call, string]>([
    [
      'sparsify(model)',
      () => itop.sparsify(model(), undefined as never),
      'sparsify: options must be an object, received undefined. Write sparsify(model, {density: 0.05}).',
    ],
    [
      'sparsify without a model',
      () => itop.sparsify(undefined as never, {density: 0.1}),
      'sparsify: model must be a LayersModel, received undefined. Pass a model of TensorFlow.js: tf.sequential() or tf.model().',
    ],
    [
      'sparsify(model, {})',
      () => itop.sparsify(model(), {} as never),
      'sparsify: density must be in (0, 1], received undefined. Density is the share of the connections that exist, 1 − sparsity.',
    ],
    [
      "sparsify(model, {density: '0.05'})",
      () => itop.sparsify(model(), {density: '0.05'} as never),
      'sparsify: density must be in (0, 1], received "0.05". Density is the share of the connections that exist, 1 − sparsity.',
    ],
    [
      'new SETScheduler(model)',
      () => new itop.SETScheduler(model(), undefined as never),
      'DSTScheduler: updateInterval must be a positive integer or Infinity, received undefined. Give the optimizer steps between two updates.',
    ],
    [
      'new RigLScheduler without dropFraction',
      () => new itop.RigLScheduler(model(), {updateInterval: 10} as never),
      'DSTScheduler: dropFraction must be in [0, 1], received undefined. For 30 % of the connections write 0.3.',
    ],
    [
      'new DSTScheduler without strategies',
      () => new itop.DSTScheduler(model(), {updateInterval: 10, dropFraction: 0.3} as never),
      'DSTScheduler: pruner must be an object with prune(), received undefined. Pass magnitudePruning().',
    ],
    [
      'a pruner that was not called',
      () =>
        new itop.SETScheduler(model(), {updateInterval: 10, dropFraction: 0.3, pruner: itop.magnitudePruning as never}),
      'DSTScheduler: pruner must be an object with prune(), received the function magnitudePruning. Pass magnitudePruning().',
    ],
    [
      'new RunLog(model)',
      () => new itop.RunLog(model(), undefined as never, undefined as never),
      'RunLog: sink must be a function, received undefined.',
    ],
    [
      'maskedDense({density})',
      () => itop.maskedDense({density: 0.1} as never),
      'MaskedDense: units must be a positive integer, received undefined. Give it as the stock layer takes it.',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
