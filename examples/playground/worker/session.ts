import type * as tf from '@tensorflow/tfjs';
import {cosineDecay, type ExplorationTracker, predictExploration, sparsify, summary, type UpdateReport} from 'itop';
import {type Batch, type Batches, orderedBatches, seededRandom, shuffledBatches} from 'itop/data';
import {multilayerPerceptron} from '../../models/multilayerPerceptron.ts';
import type {Frame, Pair, Progress, RunInfo, Settings, Update} from '../protocol.ts';
import {Learner} from './learner.ts';
import {METHOD} from './methods.ts';
import type {Task} from './tasks.ts';

/** Updates above which no R_s is planned: the run would take seconds to start. */
const PLANNED_UPDATES = 100_000;

/** A run: a sparse network and, if wanted, the dense one it was made of, trained with the same batches. */
export class Session {
  step = 0;
  readonly test: Batch;
  private readonly batches: Batches;
  private epoch: Generator<Batch, void, undefined>;
  /** The step that the logs have a line of. */
  private noted = 0;

  /**
   * @param loaded  a sparse model to go on from, of the inputs and classes of the task; the dense network gets its layers. Without it a
   *   fresh one is made
   */
  static create(settings: Settings, task: Task, loaded?: tf.LayersModel): Session {
    const {seed, density, distribution, dense, method, data} = settings;
    const {classes} = task.train;
    const inputShape = [inputsOf(task)];
    const hidden = loaded ? widths(loaded).slice(1, -1) : task.hidden;
    const stock = multilayerPerceptron(hidden, {inputShape, classes, seed});
    const {start = () => density, schedule} = METHOD[method];
    const model = loaded ?? sparsify(stock, {density: start(density), distribution, values: 'drawn', seed});
    const learner = new Learner(model, task, {
      name: `sparse, ${method}`,
      settings: {...settings, ...(loaded ? {density: summary(loaded).density, model: 'loaded'} : {})},
      schedule: (own) => schedule(own, settings),
    });
    const other = dense ? new Learner(stock, task, {name: 'dense', settings: {data, seed}}) : undefined;
    if (!other) stock.dispose();
    return new Session(settings, task, learner, other, loaded !== undefined);
  }

  private constructor(
    readonly settings: Settings,
    readonly task: Task,
    readonly sparse: Learner,
    readonly dense: Learner | undefined,
    private readonly isLoaded: boolean,
  ) {
    const {normalization, batchSize, train, test} = task;
    const scaled = normalization ? {normalization} : {};
    this.batches = shuffledBatches(train, seededRandom(settings.seed), {batchSize, dropSmallerLast: true, ...scaled});
    this.epoch = this.batches.epoch();
    this.test = orderedBatches(test, {batchSize: test.count, ...scaled})
      .epoch()
      .next().value as Batch;
  }

  get isDone(): boolean {
    return this.step >= this.settings.steps;
  }

  private get tracker(): ExplorationTracker {
    return this.sparse.scheduler!.tracker;
  }

  /** What is known before the first step. */
  info(runsOn: string): RunInfo {
    const {train} = this.task;
    const isPlane = train.sampleShape[0] === 1;
    return {
      settings: this.settings,
      network: widths(this.sparse.model).join('-'),
      ...(this.isLoaded ? {loadedDensity: summary(this.sparse.model).density} : {}),
      inputShape: isPlane ? [inputsOf(this.task)] : train.sampleShape,
      classes: train.classes,
      runsOn,
      ...(isPlane ? {points: {xy: this.test.inputs, labels: Uint8Array.from(this.test.labels)}} : {}),
      ...this.forecast(),
    };
  }

  /** Trains both networks with one batch. @returns what changed, if the connections did */
  async train(): Promise<Update | undefined> {
    let next = this.epoch.next();
    if (next.done) {
      this.epoch = this.batches.epoch();
      next = this.epoch.next();
    }
    const batch = next.value as Batch;
    const report = await this.sparse.step(batch);
    await this.dense?.step(batch);
    this.step++;
    if (this.isDone) await this.note();
    else if (this.step % this.batches.perEpoch === 0) await this.endEpoch();
    if (!report) return undefined;
    const {survival} = this.tracker.history.at(-1)!;
    return {step: this.step, dropped: droppedShare(report), survival, grown: report.grown};
  }

  /** Measures the accuracy of both. */
  async measure(): Promise<void> {
    await this.sparse.test(this.test);
    await this.dense?.test(this.test);
  }

  progress(): Progress {
    const size = this.both((learner) => learner.size());
    return {
      step: this.step,
      loss: this.both(({loss}) => loss),
      accuracy: this.both(({accuracy}) => accuracy),
      milliseconds: this.both(({milliseconds}) => milliseconds),
      flops: this.both(({log}) => log.flops.total.total),
      connections: mapPair(size, ({connections}) => connections),
      bytes: mapPair(size, ({bytes}) => bytes),
      rate: this.tracker.rate,
      reliableRate: this.tracker.reliableRate,
    };
  }

  async frame(): Promise<Frame> {
    const layers = await Promise.all(
      this.sparse.log.weights.map(async ({name, weight}) => {
        const {topology, variable} = weight;
        const values = Float32Array.from(await variable.data());
        const positions = Int32Array.from(topology.positions());
        return {name, rows: topology.rows, cols: topology.cols, positions, values, ages: this.tracker.ages(name)};
      }),
    );
    return {step: this.step, rate: this.tracker.rate, layers};
  }

  /** Asks both networks. */
  async predict(inputs: Float32Array, count: number): Promise<Pair<Float32Array>> {
    const sparse = await this.sparse.predict(inputs, count);
    return this.dense ? {sparse, dense: await this.dense.predict(inputs, count)} : {sparse};
  }

  /** The lines of both logs, to the present step. */
  async logs(): Promise<string[]> {
    await this.note();
    return [this.sparse, ...(this.dense ? [this.dense] : [])].map(({lines}) => lines.join('\n'));
  }

  /** Brings both logs to the present step: with the part of the epoch so far, which has a line of its own then, and pictures. */
  private async note(): Promise<void> {
    if (this.step > this.noted) await this.endEpoch();
    this.sparse.log.pictures();
    this.dense?.log.pictures();
  }

  /** Measures, and notes the end of an epoch in both logs. */
  private async endEpoch(): Promise<void> {
    await this.measure();
    for (const learner of [this.sparse, this.dense]) {
      learner?.log.epoch({loss: learner.loss, val_acc: learner.accuracy});
    }
    this.noted = this.step;
  }

  /** The R_s that the planner expects, where growth is such that it can, and in a moment. */
  private forecast(): Pick<RunInfo, 'forecast'> {
    const {method, interval, fraction, steps} = this.settings;
    const grower = METHOD[method].planned?.();
    if (!grower || steps / interval > PLANNED_UPDATES) return {};
    const layers = this.sparse.log.weights.map(({name, weight: {topology}}) => ({
      name,
      shape: topology.shape,
      nnz: topology.nnz,
    }));
    const dropFraction = cosineDecay(fraction, steps);
    return {forecast: predictExploration({layers, updateInterval: interval, dropFraction, steps, grower}).history};
  }

  private both<Value>(ask: (learner: Learner) => Value): Pair<Value> {
    return {sparse: ask(this.sparse), ...(this.dense ? {dense: ask(this.dense)} : {})};
  }

  dispose(): void {
    this.sparse.dispose();
    this.dense?.dispose();
  }
}

function mapPair<Value, Result>({sparse, dense}: Pair<Value>, change: (value: Value) => Result): Pair<Result> {
  return {sparse: change(sparse), ...(dense === undefined ? {} : {dense: change(dense)})};
}

/** @throws Error if a model that was loaded is not for this data */
export function checkModel(loaded: tf.LayersModel, task: Task): void {
  const needed = `[${inputsOf(task)}] -> [${task.train.classes}]`;
  const received = [loaded.inputs[0].shape, loaded.outputs[0].shape].map((shape) => `[${shape.slice(1)}]`).join(' -> ');
  if (received !== needed) {
    throw new Error(
      `load: the model must be ${needed} as the data is, received ${received}. Choose the data that it was trained with.`,
    );
  }
}

function inputsOf({train}: Task): number {
  return train.inputs.length / train.count;
}

/** Inputs of a network, and the outputs of each layer with a kernel. */
function widths(model: tf.LayersModel): number[] {
  const kernels = summary(model).layers.filter(({shape}) => shape.length > 1);
  return [model.inputs[0].shape.at(-1)!, ...kernels.map(({shape}) => shape.at(-1)!)];
}

/** Connections that an update dropped, over those that there were. */
function droppedShare({dropped, grown, layers}: UpdateReport): number {
  const before = layers.reduce((sum, {nnz}) => sum + nnz, 0) - grown + dropped;
  return before === 0 ? 0 : dropped / before;
}
