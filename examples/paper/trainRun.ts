import {existsSync} from 'node:fs';
import {cpus} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  type DSTScheduler,
  RigLScheduler,
  SETScheduler,
  StaticScheduler,
  sparseWeights,
  sparsify,
  summary,
  threads,
  unexploredFirstGrowth,
} from 'itop';
import {firstSamples} from 'itop/data';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {fileStore} from 'itop/node';
import {OutOfTime} from './finishQueue.ts';
import {accuracy, type BatchStates, batchSources, decay, tensors, trainingBatches} from './paperBatches.ts';
import type {PaperData} from './paperData.ts';
import {compilePaper, paperNetwork} from './paperNetwork.ts';
import type {RunPoint, RunResult} from './results.ts';
import {RECIPE, type RunSettings} from './settings.ts';
import {lotteryTopologies, snipTopologies, type Topologies} from './startTopologies.ts';

/** Evaluations of a training, evenly over its epochs. */
const EVALUATIONS = 4;

/** Minutes of a training that are lost if it is cut off: one epoch more at most. */
const SAVE_EVERY = 5;

/** What {@link trainRun} trains on, and what it may ask for. */
export interface TrainContext {
  readonly data: PaperData;
  /** The kernels of the dense network of the same settings after training; asked for by lottery tickets. */
  readonly trainedKernels: () => Promise<readonly Float32Array[]>;
  /** A file for what is trained so far: a training that was cut off goes on from it. @defaultValue none */
  readonly checkpoint?: string;
  /** Asked after each epoch of a training that has a checkpoint. @defaultValue always true */
  readonly hasTime?: () => boolean;
}

/** A finished training and the values of its kernels. */
export interface TrainedRun {
  readonly result: RunResult;
  /** Per layer `[nnz]`. */
  readonly kernels: readonly Float32Array[];
}

/** Where a training is after an epoch, beside what a checkpoint holds of model and scheduler. */
interface Progress {
  readonly epoch: number;
  readonly points: readonly RunPoint[];
  /** Of the steps since the last point. */
  readonly loss: {readonly sum: number; readonly steps: number};
  readonly seconds: number;
  readonly batches?: BatchStates;
}

const BEGIN: Progress = {epoch: 0, points: [], loss: {sum: 0, steps: 0}, seconds: 0};

/**
 * Trains once, by the settings alone: the same settings give the same result, cut off or not.
 *
 * @throws OutOfTime if there was no time to finish
 */
export async function trainRun(settings: RunSettings, context: TrainContext): Promise<TrainedRun> {
  const model = await sparseModel(settings, context);
  const optimizer = compilePaper(model);
  try {
    return await train(model, optimizer, settings, context);
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

async function train(
  model: tf.LayersModel,
  optimizer: tf.SGDOptimizer,
  settings: RunSettings,
  {data, checkpoint, hasTime = () => true}: TrainContext,
): Promise<TrainedRun> {
  const start = performance.now();
  const {epochs, learningRate, seed} = settings;
  const {perEpoch} = trainingBatches(settings, data);
  const scheduler = makeScheduler(model, settings, perEpoch);
  const resumed = checkpoint !== undefined && existsSync(checkpoint);
  const saved = resumed ? ((await loadCheckpoint(fileStore(checkpoint), {model, scheduler})).data as Progress) : BEGIN;
  const sources = batchSources(seed, saved.batches);
  const batches = trainingBatches(settings, data, sources);
  const seconds = () => saved.seconds + (performance.now() - start) / 1000;
  const points = [...saved.points];
  let {sum, steps} = saved.loss;
  let savedAt = seconds();

  for (let epoch = saved.epoch + 1; epoch <= epochs; epoch++) {
    let step = (epoch - 1) * perEpoch;
    for (const batch of batches.epoch()) {
      optimizer.setLearningRate(learningRate * decay(step++ / (epochs * perEpoch)));
      const [x, y] = tensors(batch, model, data.train);
      sum += (await model.trainOnBatch(x, y)) as number;
      steps++;
      await scheduler.step();
      tf.dispose([x, y]);
    }
    if (epoch === epochs || epoch % Math.ceil(epochs / EVALUATIONS) === 0) {
      const testAccuracy = await accuracy(model, data.test, data);
      points.push({epoch, trainLoss: sum / steps, testAccuracy, explorationRate: scheduler.tracker.rate});
      [sum, steps] = [0, 0];
    }
    if (checkpoint === undefined || epoch === epochs) continue;
    const isLast = !hasTime();
    if (isLast || seconds() - savedAt > 60 * SAVE_EVERY) {
      savedAt = seconds();
      const states = {order: sources.order.state(), augmentation: sources.augmentation.state()};
      const progress: Progress = {epoch, points, loss: {sum, steps}, seconds: savedAt, batches: states};
      await saveCheckpoint(fileStore(checkpoint), {model, scheduler, data: progress});
    }
    if (isLast) throw new OutOfTime(`stopped after epoch ${epoch} of ${epochs}`);
  }

  const some = firstSamples(data.train, Math.min(data.train.count, data.test.count));
  const result: RunResult = {
    settings,
    steps: epochs * perEpoch,
    updates: scheduler.tracker.history.length - 1,
    points,
    testAccuracy: points[points.length - 1].testAccuracy,
    trainAccuracy: await accuracy(model, some, data),
    explorationRate: scheduler.tracker.rate,
    parameters: summary(model).parameters,
    seconds: seconds(),
    machine: {backend: tf.getBackend(), cpu: cpus()[0].model, cores: threads(), node: process.version},
    date: new Date().toISOString(),
  };
  const kernels = await Promise.all(
    sparseWeights(model).map(async ({weight}) => (await weight.variable.data()) as Float32Array),
  );
  return {result, kernels};
}

async function sparseModel(settings: RunSettings, context: TrainContext): Promise<tf.LayersModel> {
  const {density, seed} = settings;
  const dense = paperNetwork(settings);
  try {
    const topologies = await startTopologies(dense, settings, context);
    return sparsify(dense, {density, distribution: RECIPE.distribution, seed, topologies});
  } finally {
    dense.dispose();
  }
}

async function startTopologies(
  dense: tf.LayersModel,
  settings: RunSettings,
  {data, trainedKernels}: TrainContext,
): Promise<Topologies | undefined> {
  const {start, density} = settings;
  if (start === 'random') return undefined;
  if (start === 'lottery') return lotteryTopologies(dense, {trained: await trainedKernels(), density});
  const [batch] = trainingBatches(settings, data).epoch();
  const [x, y] = tensors(batch, dense, data.train);
  const topologies = await snipTopologies(dense, {x, y, density});
  tf.dispose([x, y]);
  return topologies;
}

function makeScheduler(model: tf.LayersModel, settings: RunSettings, perEpoch: number): DSTScheduler {
  const {method, updateInterval, dropFraction, exploreEpochs, seed} = settings;
  if (method === 'dense' || method === 'static') return new StaticScheduler(model);
  const endStep = exploreEpochs * perEpoch;
  const schedule = {updateInterval, dropFraction: cosineDecay(dropFraction, endStep), endStep, seed};
  if (method === 'rigl') return new RigLScheduler(model, schedule);
  return new SETScheduler(model, {
    ...schedule,
    ...(method === 'unexplored' ? {grower: unexploredFirstGrowth()} : {}),
  });
}
