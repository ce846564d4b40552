import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  type DSTScheduler,
  type LineSink,
  RigLScheduler,
  RunLog,
  replayable,
  SETScheduler,
  StaticScheduler,
  sparsify,
  summary,
} from 'itop';
import {type Dataset, normalizationOf, oneHot, orderedBatches, seededRandom, shuffledBatches} from 'itop/data';
import {METHOD_NAMES, type Method} from './methods.ts';
import type {QuickstartOptions, TrainOptions} from './options.ts';
import type {EpochResult, MethodResult} from './results.ts';

/** Official recipe of ITOP: SGD with Nesterov momentum; in tfjs's L2 penalty the decay of 5e-4 is halved. */
const MOMENTUM = 0.9;
const WEIGHT_DECAY = 5e-4;

/** What {@link trainMethod} trains on, and whom it tells. */
export interface Task {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly options: TrainOptions;
  /** Takes the lines of the log. */
  readonly sink: LineSink;
  /** What the log tells of the run besides the options. */
  readonly circumstances: Readonly<Record<string, unknown>>;
  /** Shows how far the training is. */
  readonly progress: tf.Callback;
}

/** Optimizer steps of one training. */
export function totalSteps({train, options}: {train: Dataset; options: QuickstartOptions}): number {
  return options.epochs * Math.ceil(train.count / options.batchSize);
}

/** Trains LeNet-300-100 in one of the ways and measures everything that the results hold. */
export async function trainMethod(method: Method, task: Task): Promise<MethodResult> {
  const {train, options, sink, circumstances, progress} = task;
  const steps = totalSteps(task);
  const dense = lenet300100(options.seed);
  const model = method === 'dense' ? dense : sparsify(dense, {...options, seed: options.seed});
  const optimizer = tf.train.momentum(options.learningRate, MOMENTUM, true);
  model.compile({optimizer, loss: replayable((labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits))});
  const scheduler = method === 'dense' ? undefined : makeScheduler(method, model, options, steps);

  const log = new RunLog(model, sink, {
    name: METHOD_NAMES[method],
    scheduler,
    imageShape: [28, 28],
    settings: {...circumstances, ...options},
  });
  const normalization = normalizationOf(train);
  const batches = shuffledBatches(train, seededRandom(`${options.seed}/batches`), {...options, normalization});
  const epochs: EpochResult[] = [];
  log.begin(steps);
  progress.setParams({epochs: options.epochs, steps: batches.perEpoch});
  await progress.onTrainBegin();
  let step = 0;
  let trainingMs = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    let lossSum = 0;
    await progress.onEpochBegin(epoch - 1);
    for (const batch of batches.epoch()) {
      optimizer.setLearningRate(learningRate(options.learningRate, step++, steps));
      const start = performance.now();
      const x = tf.tensor2d(batch.inputs, [batch.count, 784]);
      const y = tf.tensor2d(oneHot(batch.labels, 10), [batch.count, 10]);
      const loss = (await model.trainOnBatch(x, y)) as number;
      await log.step(batch.count);
      trainingMs += performance.now() - start;
      tf.dispose([x, y]);
      lossSum += loss;
      await progress.onBatchEnd(0, {loss});
    }
    const trainLoss = lossSum / batches.perEpoch;
    const testAccuracy = await accuracy(model, task.test, normalization);
    log.epoch({loss: trainLoss, val_acc: testAccuracy});
    await progress.onEpochEnd(epoch - 1, {loss: trainLoss, val_acc: testAccuracy});
    epochs.push({epoch, trainLoss, testAccuracy, explorationRate: scheduler?.tracker.rate ?? null});
  }
  log.pictures();
  await progress.onTrainEnd();
  const {total, dense: denseTotal} = log.flops.total;
  const result: MethodResult = {
    method,
    epochs,
    testAccuracy: epochs[epochs.length - 1].testAccuracy,
    explorationRate: scheduler?.tracker.rate ?? null,
    parameters: summary(model).parameters,
    denseParameters: dense.countParams(),
    trainingFlopsShare: total / denseTotal,
    msPerStep: trainingMs / steps,
    steps,
    bytes: await savedBytes(model),
  };
  optimizer.dispose();
  model.dispose();
  if (model !== dense) dense.dispose();
  return result;
}

/** 784-300-100-10 with logits as output; the same seed gives the same weights to every method. */
function lenet300100(seed: number): tf.Sequential {
  const decay = () => tf.regularizers.l2({l2: WEIGHT_DECAY / 2});
  const layer = (units: number, index: number, rest: object) =>
    tf.layers.dense({
      units,
      name: `dense${index}`,
      kernelInitializer: tf.initializers.glorotNormal({seed: seed + index}),
      kernelRegularizer: decay(),
      biasRegularizer: decay(),
      ...rest,
    });
  return tf.sequential({
    layers: [
      layer(300, 1, {inputShape: [784], activation: 'relu'}),
      layer(100, 2, {activation: 'relu'}),
      layer(10, 3, {}),
    ],
  });
}

function makeScheduler(
  method: Exclude<Method, 'dense'>,
  model: tf.LayersModel,
  {updateInterval, dropFraction, seed}: TrainOptions,
  steps: number,
): DSTScheduler {
  if (method === 'static') return new StaticScheduler(model);
  const Scheduler = method === 'set' ? SETScheduler : RigLScheduler;
  return new Scheduler(model, {updateInterval, dropFraction: cosineDecay(dropFraction, steps), seed});
}

/** Divided by 10 at one half and at three quarters of the training. */
function learningRate(initial: number, step: number, steps: number): number {
  const progress = step / steps;
  return initial * (progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01);
}

async function accuracy(
  model: tf.LayersModel,
  test: Dataset,
  normalization: ReturnType<typeof normalizationOf>,
): Promise<number> {
  let correct = 0;
  for (const {inputs, labels, count} of orderedBatches(test, {
    batchSize: Math.min(1000, test.count),
    normalization,
  }).epoch()) {
    const classes = tf.tidy(() => (model.predict(tf.tensor2d(inputs, [count, 784])) as tf.Tensor).argMax(1));
    (await classes.data()).forEach((predicted, i) => {
      if (predicted === labels[i]) correct++;
    });
    classes.dispose();
  }
  return correct / test.count;
}

/** Bytes of the weights as tfjs saves them, indices included. */
async function savedBytes(model: tf.LayersModel): Promise<number> {
  const {modelArtifactsInfo} = await model.save(
    tf.io.withSaveHandler(async ({weightData}) => ({
      modelArtifactsInfo: {
        dateSaved: new Date(),
        modelTopologyType: 'JSON' as const,
        weightDataBytes: tf.io.CompositeArrayBuffer.join(weightData!).byteLength,
      },
    })),
  );
  return modelArtifactsInfo.weightDataBytes!;
}
