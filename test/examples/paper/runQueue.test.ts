import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {type Dataset, normalizationOf, seededRandom, syntheticDigits} from 'itop/data';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {experiments, queueOf} from '../../../examples/paper/experiments/index.ts';
import type {PaperData} from '../../../examples/paper/paperData.ts';
import type {RunResult} from '../../../examples/paper/results.ts';
import {type QueueOptions, readResults, runQueue} from '../../../examples/paper/runQueue.ts';
import {type RunSettings, runName, runSettings} from '../../../examples/paper/settings.ts';
import {trainRun} from '../../../examples/paper/trainRun.ts';

const train = syntheticDigits({count: 400, random: seededRandom('train')});
const test = syntheticDigits({count: 100, random: seededRandom('test')});
const data: PaperData = {train, test, normalization: normalizationOf(train), isAugmented: true};

const tiny = (settings: Partial<RunSettings> & Pick<RunSettings, 'method'>) =>
  runSettings({network: 'LeNet-300-100', density: 0.05, epochs: 2, updateInterval: 2, ...settings});

async function resultsOf(queue: readonly RunSettings[], folder: string): Promise<RunResult[]> {
  const results = await readResults(folder);
  return queue.map((settings) => results.find((result) => runName(result.settings) === runName(settings))!);
}

describe('runQueue', () => {
  let folder: string;
  let options: QueueOptions;
  const trained: string[] = [];

  beforeAll(async () => {
    await tf.setBackend('cpu');
    folder = await mkdtemp(join(tmpdir(), 'itop-paper-'));
    options = {
      resultsFolder: join(folder, 'results'),
      workFolder: join(folder, 'work'),
      loadData: async () => data,
      log: () => {},
      train: (settings, context) => {
        trained.push(runName(settings));
        return trainRun(settings, context);
      },
    };
  });
  afterAll(() => rm(folder, {recursive: true}));

  it('trains every method from every start, with as many connections as asked, and leaves no tensor of its own', async () => {
    const queue = [
      tiny({method: 'static'}),
      tiny({method: 'set', exploreEpochs: 1}),
      tiny({method: 'rigl'}),
      tiny({method: 'unexplored'}),
      tiny({method: 'set', start: 'snip'}),
      tiny({method: 'set', start: 'lottery', initialization: 'pytorch'}),
    ];
    const tensors = tf.memory().numTensors;
    await runQueue(queue, options);
    // tfjs never disposes the learning rate of a momentum optimizer, a scalar for each of the six and the dense one.
    expect(tf.memory().numTensors - tensors).toBe(7);

    const results = await resultsOf(queue, options.resultsFolder);
    const connections = Math.round(0.05 * (784 * 300 + 300 * 100 + 100 * 10));
    expect(results.map(({parameters}) => parameters)).toEqual(queue.map(() => connections + 410));
    // 4 batches per epoch: updates after steps 2, 4, 6; after step 8 training is over.
    expect(results.map(({updates}) => updates)).toEqual([0, 1, 3, 3, 3, 3]);
    for (const {settings, explorationRate} of results) {
      if (settings.method !== 'static') expect(explorationRate).toBeGreaterThan(0.05);
    }
  });

  it('trains a convolutional network on photographs', async () => {
    const random = seededRandom('photographs');
    const photographs: Dataset = {
      inputs: Uint8Array.from({length: 4 * 32 * 32 * 3}, () => 256 * random()),
      labels: Uint8Array.from({length: 4}, (_, i) => i),
      count: 4,
      sampleShape: [32, 32, 3],
      classes: 10,
    };
    const settings = tiny({network: 'LeNet-5', method: 'rigl', start: 'snip', batchSize: 2, epochs: 3});
    const {result, kernels} = await trainRun(settings, {
      data: {train: photographs, test: photographs, normalization: normalizationOf(photographs), isAugmented: true},
      trainedKernels: () => Promise.reject(new Error('not a lottery ticket')),
    });
    // 5 · 5 · 3 · 20, 5 · 5 · 20 · 50, 1250 · 500 and 500 · 10 connections.
    expect(kernels.reduce((sum, {length}) => sum + length, 0)).toBe(Math.round(0.05 * 656_500));
    expect(result.updates).toBe(2);
    expect(result.points).toHaveLength(3);
    expect(result.explorationRate).toBeGreaterThan(0.05);
  });

  it('trains the dense network of a lottery ticket once and keeps it', async () => {
    const dense = runName(tiny({method: 'dense', initialization: 'pytorch'}));
    expect(trained.filter((name) => name === dense)).toHaveLength(1);
    await runQueue([tiny({method: 'static', start: 'lottery', initialization: 'pytorch'})], options);
    expect(trained.filter((name) => name === dense)).toHaveLength(1);
  });

  it('goes on where it was cut off, between trainings and between epochs, with the same results', async () => {
    const queue = (['static', 'rigl'] as const).map((method) => tiny({method, seed: 2, epochs: 3}));
    const logged: string[] = [];
    const runFor = (budget: number) => {
      let left = budget;
      return runQueue(queue, {...options, hasTime: () => left-- > 0, log: (message) => logged.push(message)});
    };
    // Asked before a training, and after each of its epochs but the last.
    trained.length = 0;
    await runFor(3);
    expect(trained).toEqual([runName(queue[0])]);
    await runFor(1);
    await runFor(1);
    expect(trained).toEqual([0, 1, 1].map((i) => runName(queue[i])));
    expect(logged.filter((message) => message.startsWith('Out of time'))).toEqual([
      'Out of time: 1 trainings are left.',
      `Out of time: ${trained[1]} stopped after epoch 1 of 3, it goes on from there. 1 trainings are left.`,
      `Out of time: ${trained[1]} stopped after epoch 2 of 3, it goes on from there. 1 trainings are left.`,
    ]);
    await runQueue(queue, options);

    const again = {...options, resultsFolder: join(folder, 'again')};
    await runQueue(queue, again);
    const measured = async (resultsFolder: string) =>
      (await resultsOf(queue, resultsFolder)).map(({seconds, date, ...rest}) => rest);
    expect(await measured(again.resultsFolder)).toEqual(await measured(options.resultsFolder));
    expect((await readdir(options.workFolder)).filter((name) => name.endsWith('.checkpoint'))).toEqual([]);
  });

  it('leaves nothing behind when a training fails', async () => {
    const settings = tiny({method: 'static', seed: 3});
    const failing = {...options, train: () => Promise.reject(new Error('no power'))};
    await expect(runQueue([settings], failing)).rejects.toThrow('no power');
    expect(await readdir(options.resultsFolder)).not.toContain(`${runName(settings)}.json`);
  });
});

describe('the experiments', () => {
  it('have distinct names, each in the scripts of the page that shows it', async () => {
    const names = experiments.map(({name}) => name);
    expect(new Set(names).size).toBe(names.length);
    const index = await readFile('docs/paper/README.md', 'utf8');
    for (const name of names) expect(index).toContain(`npm run paper -- ${name}`);
  });

  it.each(experiments)('$name repeats the same trainings with another seed', ({runs}) => {
    const [first, second] = [runs(1), runs(2)];
    expect(new Set(first.map(runName)).size).toBe(first.length);
    expect(second).toEqual(first.map((settings) => ({...settings, seed: 2})));
  });

  const [first, second] = experiments.filter(({name}) => name === 'appendix-f' || name === 'fig5-mlp-200');

  it('are queued one after the other, each seed by seed, each training once', () => {
    const names = queueOf(experiments).map(runName);
    expect(new Set(names).size).toBe(names.length);
    const expected = [first, second].flatMap(({runs, seeds}) =>
      Array.from({length: seeds}, (_, seed) => runs(seed + 1)).flat(),
    );
    expect(queueOf([first, second, first])).toEqual(expected);
  });

  it('are divided among machines, each training to one of them', () => {
    const whole = queueOf(experiments);
    const parts = [1, 2, 3].map((index) => queueOf(experiments, {index, count: 3}));
    expect(whole.map((_, i) => parts[i % 3][Math.floor(i / 3)])).toEqual(whole);
    expect(parts.reduce((sum, {length}) => sum + length, 0)).toBe(whole.length);
  });

  it('at the rate of the recipe have the names of before, and other rates stand in theirs', () => {
    const [usual, lower] = [0.1, 0.03].map((learningRate) => runName(tiny({method: 'static', learningRate})));
    expect(usual).toBe('lenet-300-100_static_density0.05_epochs2_batch100_seed1');
    expect(lower).toBe('lenet-300-100_static_density0.05_epochs2_batch100_rate0.03_seed1');
  });

  it('are completed by usual settings where a result does not mention them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'itop-old-'));
    const {learningRate, ...old} = tiny({method: 'static'});
    await writeFile(join(folder, 'old.json'), JSON.stringify({settings: old}));
    expect((await readResults(folder))[0].settings).toEqual({...old, learningRate: 0.1});
    await rm(folder, {recursive: true});
  });
});
