import {cpus} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {DSTScheduler, FlopsLedger, flopsReport, initialTopologies, StaticScheduler, sparsify, threads} from 'itop';
import {accuracy, decay, tensors, trainingBatches} from '../paper/paperBatches.ts';
import type {PaperData} from '../paper/paperData.ts';
import {compilePaper, paperNetwork} from '../paper/paperNetwork.ts';
import {RECIPE} from '../paper/settings.ts';
import type {Machine} from '../quickstart/results.ts';
import {type ComparedMethod, methods, schedulerOptions} from './methods.ts';

/** Everything that decides one training of the comparison. */
export interface CompareSettings {
  /** A name of `methods`. */
  readonly method: string;
  /** Active over all connections at the end, in (0, 1]. */
  readonly density: number;
  readonly epochs: number;
  readonly seed: number;
}

/** One finished training: the content of its file. */
export interface CompareResult {
  readonly settings: CompareSettings;
  /** Optimizer steps. */
  readonly steps: number;
  /** After the last epoch, in [0, 1]. */
  readonly testAccuracy: number;
  /** R_s after the last epoch, in [0, 1]. */
  readonly explorationRate: number;
  /** Active over all connections after the last epoch. */
  readonly finalDensity: number;
  /** Floating-point operations of the training over those of the dense one of as many steps. */
  readonly flops: number;
  /** Wall-clock time, choosing the topologies included. */
  readonly seconds: number;
  readonly machine: Machine;
  /** When it ended, ISO 8601. */
  readonly date: string;
}

const BATCH_SIZE = 100;

/** The name of a training and of its file. */
export function compareName({method, density, epochs, seed}: CompareSettings): string {
  return `${method}_density${density}_epochs${epochs}_seed${seed}`;
}

/** Trains LeNet-300-100 once by the paper's recipe, by the settings alone: the same settings give the same result. */
export async function compareRun(settings: CompareSettings, data: PaperData): Promise<CompareResult> {
  const start = performance.now();
  const {epochs, seed} = settings;
  const method = methods[settings.method];
  const batches = trainingBatches({batchSize: BATCH_SIZE, seed}, data);
  const steps = epochs * batches.perEpoch;
  const model = await sparseModel(method, settings, data);
  const optimizer = compilePaper(model);
  const options = schedulerOptions(method, {density: settings.density, steps});
  const scheduler = options ? new DSTScheduler(model, {...options, seed}) : new StaticScheduler(model);
  const ledger = new FlopsLedger(flopsReport(model).layers);

  for (let step = 0; step < steps; ) {
    for (const batch of batches.epoch()) {
      optimizer.setLearningRate(RECIPE.learningRate * decay(step++ / steps));
      const [x, y] = tensors(batch, model, data.train);
      await model.trainOnBatch(x, y);
      const update = await scheduler.step();
      ledger.step(batch.count, scheduler.readsDenseGradient);
      if (update) ledger.update(update.layers);
      tf.dispose([x, y]);
    }
  }
  const testAccuracy = await accuracy(model, data.test, data);
  const seconds = (performance.now() - start) / 1000;
  const {total, dense} = ledger.total;
  const {nnz, size} = scheduler.weights.reduce(
    (sum, {weight: {topology}}) => ({nnz: sum.nnz + topology.nnz, size: sum.size + topology.size}),
    {nnz: 0, size: 0},
  );
  optimizer.dispose();
  model.dispose();
  return {
    settings,
    steps,
    testAccuracy,
    explorationRate: scheduler.tracker.rate,
    finalDensity: nnz / size,
    flops: total / dense,
    seconds,
    machine: {backend: tf.getBackend(), cpu: cpus()[0].model, cores: threads(), node: process.version},
    date: new Date().toISOString(),
  };
}

/** The network with the topology that the method begins with. */
async function sparseModel(
  {beginDensity, initial}: ComparedMethod,
  {density: endDensity, seed}: CompareSettings,
  data: PaperData,
): Promise<tf.LayersModel> {
  const density = beginDensity ?? endDensity;
  const dense = paperNetwork({network: 'LeNet-300-100', initialization: 'he', seed});
  const [batch] = trainingBatches({batchSize: BATCH_SIZE, seed}, data).epoch();
  const [x, y] = tensors(batch, dense, data.train);
  const topologies = initial && (await initialTopologies(dense, {density, seed, ...initial({x, y})}));
  const model = sparsify(dense, {density, seed, distribution: RECIPE.distribution, ...(topologies && {topologies})});
  dense.dispose();
  tf.dispose([x, y]);
  return model;
}
