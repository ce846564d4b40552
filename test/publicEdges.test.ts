import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';
import * as data from 'itop/data';
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

/** Options and arguments with numbers, all of which are right. */
function numbered(): [name: string, call: Call, args: unknown[]][] {
  const {magnitude, magnitudePruning, randomGrowth, seededRandom, Topology} = itop;
  const random = seededRandom(1);
  const shapes = [
    {name: 'a', shape: [12, 16]},
    {name: 'b', shape: [16, 4]},
  ];
  const kernels = shapes.map((layer) => ({...layer, nnz: 20}));
  const layers = kernels.map((layer) => ({...layer, positions: 1}));
  const topology = Topology.random([12, 16], 40, random);
  const times = {updateInterval: 2, dropFraction: 0.3, beginStep: 1, endStep: 9};
  const strategies = {pruner: magnitudePruning(), grower: randomGrowth()};
  const decay = [0.5, 100, {floor: 0.1, beginStep: 5}];
  const images = {inputs: new Uint8Array(40), labels: new Uint8Array(4), count: 4, sampleShape: [2, 5, 1], classes: 2};
  const scheduler = () => new itop.SETScheduler(smallModel(), {...times, dropFraction: 0.3});
  const saved = JSON.parse(JSON.stringify(new itop.ExplorationTracker([{name: 'a', topology}])));
  const plan = {density: 0.1, target: 0.5, samples: 100, batchSize: 10, epochs: 10};
  const sized = (name: string, make: unknown, ...lists: unknown[][]) =>
    lists.map((args): [string, Call, unknown[]] => [name, make as Call, args]);
  return [
    ...sized('allocateConnections', itop.allocateConnections, [shapes, 0.5, {densities: {a: 0.5}}]),
    ...sized('sparsify', (options: never) => itop.sparsify(itop.toDense(smallModel()), options), [{density: 0.5}]),
    ...sized('initialTopologies', (options: never) => itop.initialTopologies(itop.toDense(smallModel()), options), [
      {density: 0.5, criterion: magnitude(), rounds: 1},
    ]),
    ...sized('maskedDense', itop.maskedDense, [{units: 4, density: 0.5}]),
    ...sized('maskedConv2d', itop.maskedConv2d, [{filters: 4, kernelSize: [3, 3], density: 0.5}]),
    ...sized(
      'DSTScheduler',
      (options: never) => new itop.DSTScheduler(smallModel(), options),
      [{...times, ...strategies, density: 0.5, reliableAfter: {steps: 3}}],
      [{...times, ...strategies, targetRate: 0.9, reliableAfter: {updates: 1}}],
    ),
    ...sized('GMPScheduler', (options: never) => new itop.GMPScheduler(smallModel(), options), [
      {updateInterval: 2, density: 0.3},
    ]),
    ...sized('begin', (steps: never) => scheduler().begin(steps), [1000]),
    ...sized('predict', (steps: never) => scheduler().predict(steps), [1000]),
    ...sized('setItop', itop.setItop, [1000]),
    ...sized('rigLItop', itop.rigLItop, [1000]),
    ...sized('cosineDecay', itop.cosineDecay, decay),
    ...sized('linearDecay', itop.linearDecay, decay),
    ...sized('polynomialDecay', itop.polynomialDecay, [0.5, 100, {floor: 0.1, beginStep: 5, power: 2}]),
    ...sized('cubicDensity', itop.cubicDensity, [1, 0.1, {beginStep: 1, endStep: 20}]),
    ...sized('constant', itop.constant, [0.5]),
    ...sized('mest', itop.mest, [0.5]),
    ...sized('sampled', itop.sampled, [magnitude(), {exponent: 2}]),
    ...sized('thresholdPruning', itop.thresholdPruning, [0.5]),
    ...sized('adaptiveThresholdPruning', itop.adaptiveThresholdPruning, [0.5]),
    ...sized('gradientMomentum', itop.gradientMomentum, [0.9]),
    ...sized('meanGradient', itop.meanGradient, [3]),
    ...sized('meanSquaredGradient', itop.meanSquaredGradient, [3]),
    ...sized('nOfM', itop.nOfM, [2, 4]),
    ...sized('blocks', itop.blocks, [[2, 4]]),
    ...sized('constantFanIn', itop.constantFanIn, [{minSalient: 0.3}]),
    ...sized('sampleStructure', itop.sampleStructure, [itop.nOfM(2, 4), [12, 16], 20, random]),
    ...sized('eachLayer', itop.eachLayer, [0.5]),
    ...sized('erdosRenyi', itop.erdosRenyi, [{powerScale: 0.5}]),
    ...sized('erdosRenyiKernel', itop.erdosRenyiKernel, [{powerScale: 0.5}]),
    ...sized('mixedGrowth', itop.mixedGrowth, [
      [
        [0.5, randomGrowth()],
        [0.5, randomGrowth()],
      ],
    ]),
    ...sized('deepRewiring', itop.deepRewiring, [0.1]),
    ...sized('selectGlobally', itop.selectGlobally, [[Float32Array.of(1, 2, 3)], 2]),
    ...sized('predictExploration', itop.predictExploration, [{layers: kernels, ...times, steps: 50, maxUpdates: 100}]),
    ...sized('planExploration', itop.planExploration, [
      {layers: shapes, ...plan, updateInterval: 10, dropFraction: 0.5, maxUpdates: 1000},
    ]),
    ...sized(
      'ExplorationTracker',
      (rule: never) => new itop.ExplorationTracker([{name: 'a', topology}], {reliableAfter: rule}),
      [{updates: 1}],
      [{steps: 1}],
    ),
    ...sized('ExplorationTracker.fromJSON', (options: never) => itop.ExplorationTracker.fromJSON(saved, options), [
      {maxRows: 100},
    ]),
    ...sized('FlopsLedger', (given: never) => new itop.FlopsLedger(given), [layers]),
    ...sized('FlopsLedger.step', (samples: never) => new itop.FlopsLedger(layers).step(samples), [8]),
    ...sized('forwardFlops', itop.forwardFlops, [layers]),
    ...sized('parameterBytes', itop.parameterBytes, [kernels, 5]),
    ...sized('denseTrainingFlops', itop.denseTrainingFlops, [100]),
    ...sized('riglTrainingFlops', itop.riglTrainingFlops, [10, 100, 5]),
    ...sized('snfsTrainingFlops', itop.snfsTrainingFlops, [10, 100]),
    ...sized('staticTrainingFlops', itop.staticTrainingFlops, [10]),
    ...sized('setThreads', itop.setThreads, [1]),
    ...sized('profile', (options: never) => itop.profile(smallModel(), options), [{batchSize: 2, repetitions: 1}]),
    ...sized('setBreakEven', (densities: never) => itop.setBreakEven('none', densities), [
      {[itop.kernelNames.sparseMatMul]: 0.3},
    ]),
    ...sized('Topology.random', (...args: [never, never]) => Topology.random(...args, random), [[12, 16], 40]),
    ...sized('Topology.fromPositions', Topology.fromPositions.bind(Topology), [
      [3, 4],
      [1, 2, 3],
    ]),
    ...sized('Topology.dense', Topology.dense.bind(Topology), [[3, 4]]),
    ...sized('Topology.fromMask', Topology.fromMask.bind(Topology), [
      [2, 2],
      [1, 0, 1, 1],
    ]),
    ...sized('continuousSparsification', itop.continuousSparsification, [
      {steps: 10, lambda: 0.1, finalBeta: 20, initial: 0.1},
    ]),
    ...sized('groupLasso', itop.groupLasso, [{lambda: 0.1}]),
    ...sized('hardConcrete', itop.hardConcrete, [{lambda: 0.1, weightDecay: 0.1, dropRate: 0.5, temperature: 0.5}]),
    ...sized('networkSurgery', itop.networkSurgery, [{deviations: 1}]),
    ...sized('softDeepRewiring', itop.softDeepRewiring, [{noise: 0.1, l1: 0.1, lowest: -0.1}]),
    ...sized('softThreshold', itop.softThreshold, [{initial: -5}]),
    ...sized('srSte', itop.srSte, [{n: 2, m: 4, decay: 0.1}]),
    ...sized('swat', itop.swat, [{weights: 0.5, activations: 0.5}]),
    ...sized('targetedDropout', itop.targetedDropout, [{targeted: 0.5, rate: 0.5}]),
    ...sized('topKast', itop.topKast, [{forward: 0.1, backward: 0.5, l1: 0.1, l2: 0.1}]),
    ...sized('trainableMask', itop.trainableMask, [{alpha: 0.1}]),
    ...sized('variationalDropout', itop.variationalDropout, [{lambda: 0.1, initial: -5}]),
    ...sized(
      'Checkpoints',
      (options: object) => new files.Checkpoints({write: async () => {}} as never, {model: smallModel(), ...options}),
      [{everySteps: 3, everyMinutes: 2}],
    ),
    ...sized('folderStore', (options: never) => node.folderStore('saves', options), [{keep: 2}]),
    ...sized(
      'loadSparse',
      async (options: never) => {
        const kept: Uint8Array[] = [];
        const target = {read: async () => kept[0], write: async (bytes: Uint8Array) => void kept.push(bytes)};
        await files.saveSparse(target as never, smallModel());
        await files.loadSparse(target as never, options);
      },
      [{maxSize: 10_000, maxBytes: 100_000}],
    ),
    ...sized('RunLog', (shape: never) => new itop.RunLog(smallModel(), () => {}, {name: 'a', imageShape: shape}), [
      [2, 2],
    ]),
    ...sized('syntheticDigits', data.syntheticDigits, [{count: 4, random, size: 28}]),
    ...sized('oneHot', data.oneHot, [[1, 2, 3], 10]),
    ...sized('firstSamples', data.firstSamples, [images, 2]),
    ...sized('cropAndFlip', data.cropAndFlip, [{shape: [28, 28, 1], padding: 4, random}]),
    ...sized('maybeGunzip', data.maybeGunzip, [new Uint8Array(4), {maxBytes: 100}]),
    ...sized('orderedBatches', (options: never) => data.orderedBatches(images, options), [
      {batchSize: 2, normalization: {mean: [0.5], std: [0.5]}},
    ]),
  ];
}

/** Copies of a value, in each of which one number stands as a string. */
function withOneString(value: unknown): unknown[] {
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value))
    return value.flatMap((each, i) => withOneString(each).map((other) => Object.assign([...value], {[i]: other})));
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.hasOwn(value as object, 'inputs')) return [];
  return Object.entries(value as object).flatMap(([name, each]) =>
    typeof each === 'function' || name === 'seed'
      ? []
      : withOneString(each).map((other) => ({...(value as object), [name]: other})),
  );
}

describe('a number that is given as a string', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  afterAll(() => itop.setThreads());

  it.each(numbered())('is refused by %s', async (name, call, args) => {
    expect(await errorOf(call, args)).toBeUndefined();
    for (const wrong of withOneString(args) as unknown[][]) {
      const error = await errorOf(call, wrong);
      expect(error?.message, `${name}(${JSON.stringify(wrong)})`).toMatch(FORM);
    }
  });
});

/** Calls with an option that has nearly the name of one that is meant, and may be left out. */
const MISSPELLED: readonly [name: string, call: () => unknown][] = [
  ['groups', () => itop.groupLasso({lambda: 0.1, group: 'input'} as never)],
  ['threshold', () => itop.groupLasso({lambda: 0.1, treshold: 0.1} as never)],
  ['finalBeta', () => itop.continuousSparsification({steps: 10, finalbeta: 100} as never)],
  ['deviations', () => itop.networkSurgery({deviation: 1} as never)],
  ['lowest', () => itop.softDeepRewiring({noise: 0.1, l1: 0.1, lowset: -0.1} as never)],
  ['decay', () => itop.srSte({n: 2, m: 4, decays: 0.1} as never)],
  ['activations', () => itop.swat({weights: 0.5, activation: 0.5} as never)],
  ['rate', () => itop.targetedDropout({targeted: 0.5, rates: 0.5} as never)],
  ['l2', () => itop.topKast({forward: 0.1, backward: 0.5, L2: 0.1} as never)],
  ['initial', () => itop.variationalDropout({lambda: 0.1, inital: -5} as never)],
  ['training', () => itop.snip({x: tf.zeros([1, 2]), y: tf.zeros([1, 2]), traning: false} as never)],
  ['power', () => itop.polynomialDecay(0.5, 100, {powers: 2} as never)],
  ['beginStep', () => itop.predictExploration({...prediction, beginstep: 10} as never)],
  ['distribution', () => itop.planExploration({...plan, distributon: 'uniform'} as never)],
];
const network = {layers: [{name: 'a', shape: [10, 10]}], density: 0.2};
const prediction = {...network, updateInterval: 10, dropFraction: 0.3, steps: 100};
const plan = {...network, target: 0.5, samples: 100, batchSize: 10, epochs: 10, updateInterval: 10, dropFraction: 0.3};

it.each(MISSPELLED)('a misspelled option is refused: %s', (name, call) => {
  expect(call).toThrow(` ${name} must be written so, received `);
});
