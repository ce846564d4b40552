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
import {
  type Batch,
  type Batches,
  cropAndFlip,
  type Dataset,
  firstSamples,
  oneHot,
  orderedBatches,
  seededRandom,
  shuffledBatches,
} from 'itop/data';
import type {PaperData} from './paperData.ts';
import {compilePaper, paperNetwork} from './paperNetwork.ts';
import type {RunPoint, RunResult} from './results.ts';
import {RECIPE, type RunSettings} from './settings.ts';
import {lotteryTopologies, snipTopologies, type Topologies} from './startTopologies.ts';

/** Evaluations of a training, evenly over its epochs. */
const EVALUATIONS = 4;

/** What {@link trainRun} trains on, and what it may ask for. */
export interface TrainContext {
  readonly data: PaperData;
  /** The kernels of the dense network of the same settings after training; asked for by lottery tickets. */
  readonly trainedKernels: () => Promise<readonly Float32Array[]>;
}

/** A finished training and the values of its kernels. */
export interface TrainedRun {
  readonly result: RunResult;
  /** Per layer `[nnz]`. */
  readonly kernels: readonly Float32Array[];
}

/** Trains once, by the settings alone: the same settings give the same result. */
export async function trainRun(settings: RunSettings, context: TrainContext): Promise<TrainedRun> {
  const start = performance.now();
  const {train, test} = context.data;
  const {epochs, learningRate, seed} = settings;
  const dense = paperNetwork(settings);
  const model = sparsify(dense, {
    density: settings.density,
    distribution: RECIPE.distribution,
    seed,
    topologies: await startTopologies(dense, settings, context),
  });
  dense.dispose();
  const optimizer = compilePaper(model);
  const batches = trainingBatches(settings, context.data);
  const steps = epochs * batches.perEpoch;
  const scheduler = makeScheduler(model, settings, batches.perEpoch);

  const points: RunPoint[] = [];
  let step = 0;
  let losses: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const batch of batches.epoch()) {
      optimizer.setLearningRate(learningRate * decay(step++ / steps));
      const [x, y] = tensors(batch, model, train);
      losses.push((await model.trainOnBatch(x, y)) as number);
      await scheduler.step();
      tf.dispose([x, y]);
    }
    if (epoch === epochs || epoch % Math.ceil(epochs / EVALUATIONS) === 0) {
      const trainLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      const testAccuracy = await accuracy(model, test, context.data);
      points.push({epoch, trainLoss, testAccuracy, explorationRate: scheduler.tracker.rate});
      losses = [];
    }
  }

  const trainAccuracy = await accuracy(model, firstSamples(train, Math.min(train.count, test.count)), context.data);
  const kernels = await Promise.all(
    sparseWeights(model).map(async ({weight}) => (await weight.variable.data()) as Float32Array),
  );
  const result: RunResult = {
    settings,
    steps,
    updates: scheduler.tracker.history.length - 1,
    points,
    testAccuracy: points[points.length - 1].testAccuracy,
    trainAccuracy,
    explorationRate: scheduler.tracker.rate,
    parameters: summary(model).parameters,
    seconds: (performance.now() - start) / 1000,
    machine: {backend: tf.getBackend(), cpu: cpus()[0].model, cores: threads(), node: process.version},
    date: new Date().toISOString(),
  };
  optimizer.dispose();
  model.dispose();
  return {result, kernels};
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

/** Batches for training, in an order and with an augmentation of the seed's. */
export function trainingBatches(
  {batchSize, seed}: Pick<RunSettings, 'batchSize' | 'seed'>,
  {train, normalization, isAugmented}: PaperData,
): Batches {
  const augment = cropAndFlip({shape: train.sampleShape, random: seededRandom(`${seed}/augmentation`)});
  return shuffledBatches(train, seededRandom(`${seed}/batches`), {
    batchSize,
    normalization,
    ...(isAugmented ? {augment} : {}),
  });
}

/** Share of the first learning rate that is left. */
export function decay(progress: number): number {
  return progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01;
}

/** The inputs of a model, and `[batch, classes]`. */
export function tensors(batch: Batch, model: tf.LayersModel, {classes}: Dataset): [tf.Tensor, tf.Tensor2D] {
  return [inputTensor(batch, model), tf.tensor2d(oneHot(batch.labels, classes), [batch.count, classes])];
}

/** `[batch, features]` or `[batch, height, width, channels]`, whichever the model takes. */
function inputTensor({inputs, count}: Batch, model: tf.LayersModel): tf.Tensor {
  const [, ...shape] = model.inputs[0].shape as number[];
  return tf.tensor(inputs, [count, ...shape]);
}

/** Share of the images classified correctly, not augmented. */
export async function accuracy(model: tf.LayersModel, images: Dataset, {normalization}: PaperData): Promise<number> {
  let correct = 0;
  const batches = orderedBatches(images, {batchSize: Math.min(1000, images.count), normalization});
  for (const batch of batches.epoch()) {
    const {labels} = batch;
    const classes = tf.tidy(() => (model.predict(inputTensor(batch, model)) as tf.Tensor).argMax(1));
    (await classes.data()).forEach((predicted, i) => {
      if (predicted === labels[i]) correct++;
    });
    classes.dispose();
  }
  return correct / images.count;
}
