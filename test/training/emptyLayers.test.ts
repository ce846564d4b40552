import * as tf from '@tensorflow/tfjs';
import {
  cubicDensity,
  DSTScheduler,
  flopsReport,
  GMPScheduler,
  type Grower,
  gradientGrowth,
  magnitudePruning,
  maskedDense,
  mixedGrowth,
  type Pruner,
  parseRunLog,
  profile,
  RunLog,
  randomGrowth,
  randomPruning,
  setPruning,
  summary,
  taylorPruning,
  thresholdPruning,
  unexploredFirstGrowth,
} from 'itop';
import {renderReport} from 'itop/report';
import {beforeAll, describe, expect, it} from 'vitest';
import {someData, trainSteps} from '../support/training.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A compiled network 12-16-4 whose first layer has no connection. */
function emptyModel(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      maskedDense({name: 'hidden', inputShape: [12], units: 16, nnz: 0, biasInitializer: 'ones', activation: 'tanh'}),
      maskedDense({name: 'output', units: 4, density: 0.3, activation: 'softmax', seed: 1}),
    ],
  });
  model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy'});
  return model;
}

const pruners: readonly [string, () => Pruner][] = [
  ['magnitudePruning', magnitudePruning],
  ['setPruning', setPruning],
  ['taylorPruning', taylorPruning],
  ['randomPruning', randomPruning],
  ['thresholdPruning', () => thresholdPruning(0.01)],
];
const growers: readonly [string, () => Grower][] = [
  ['randomGrowth', randomGrowth],
  ['unexploredFirstGrowth', unexploredFirstGrowth],
  ['gradientGrowth', gradientGrowth],
  [
    'mixedGrowth',
    () =>
      mixedGrowth([
        [0.5, randomGrowth()],
        [0.5, gradientGrowth()],
      ]),
  ],
];

describe('a layer without connections stays so', () => {
  it.each(
    pruners.flatMap(([pruner, prune]) => growers.map(([grower, grow]) => [pruner, grower, prune, grow] as const)),
  )('under %s and %s', async (_pruner, _grower, prune, grow) => {
    const model = emptyModel();
    const options = {updateInterval: 1, dropFraction: 0.3, seed: 1, pruner: prune(), grower: grow()};
    const scheduler = new DSTScheduler(model, options);
    await trainSteps(model, scheduler, 3);
    const resumed = new DSTScheduler(model, {...options, resume: JSON.parse(JSON.stringify(scheduler))});
    await trainSteps(model, resumed, 1);
    expect(resumed.tracker.rates()).toMatchObject({hidden: 0});
    expect(resumed.tracker.history.map(({distances}) => distances[0])).toEqual([0, 0, 0, 0, 0]);
    expect(resumed.tracker.ages('hidden').length).toBe(0);
  });

  it('while the density of the others falls', async () => {
    const model = emptyModel();
    const density = cubicDensity(0.3, 0.1, {endStep: 3});
    const options = {updateInterval: 1, density};
    const reports: number[][] = [];
    const scheduler = new GMPScheduler(model, {
      ...options,
      onUpdate: ({layers}) => reports.push(layers.map(({nnz}) => nnz)),
    });
    await trainSteps(model, scheduler, 3);
    expect(reports.map(([hidden]) => hidden)).toEqual([0, 0, 0]);
    expect(reports[2][1]).toBeLessThan(19);
  });

  it('in reports, logs and profiles', async () => {
    const model = emptyModel();
    const scheduler = new DSTScheduler(model, {
      updateInterval: 2,
      dropFraction: 0.3,
      pruner: magnitudePruning(),
      grower: randomGrowth(),
    });
    const lines: string[] = [];
    const log = new RunLog(model, (line) => lines.push(line), {name: 'run', scheduler, imageShape: [3, 4]});
    const {x, y} = someData();
    await model.fit(x, y, {epochs: 2, batchSize: 8, verbose: 0, callbacks: log.callback()});
    tf.dispose([x, y]);
    const run = parseRunLog(lines.map((line) => `${line}\n`).join(''));
    expect(run.updates.map(({layers}) => layers.hidden.nnz)).toEqual([0, 0, 0, 0]);
    expect(renderReport([run])).toContain('hidden');
    expect(summary(model).layers[0]).toMatchObject({name: 'hidden', nnz: 0});
    expect(`${summary(model)}${flopsReport(model)}${await profile(model, {repetitions: 1})}`).not.toContain('NaN');
  });
});
