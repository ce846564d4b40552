import * as tf from '@tensorflow/tfjs';
import {
  type DSTScheduler,
  ExplorationTracker,
  explain,
  flopsReport,
  RigLScheduler,
  SETScheduler,
  sparseWeights,
} from 'itop';
import type {FusedModel} from '../src/fused/fusedModel.ts';
import {fusedModelOf} from '../src/fused/fusedModels.ts';
import {byOps, onThreads} from './fusedSteps.ts';
import {type Data, denseNetwork, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import {type Case, type Contestant, finish} from './race.ts';
import type {BenchNetwork} from './shapes.ts';
import {onAcceleratedTfjs, onStockTfjs} from './stockKernels.ts';

/** What a network is measured with. */
export interface NetworkOptions {
  readonly densities: readonly number[];
  /** Batches of predictions. */
  readonly batches: readonly number[];
  /** Batch of the training step, also of the one before an update. */
  readonly trainingBatch: number;
}

interface Network {
  readonly label: string;
  readonly network: tf.LayersModel;
}

/** Whole networks: training steps in `fit`, predictions, connectivity updates. */
export function* networkCases(bench: BenchNetwork, options: NetworkOptions): Generator<Case> {
  const {densities, batches, trainingBatch} = options;
  const dense: Network = {label: 'dense', network: denseNetwork(bench)};
  const sparse = densities.map(
    (density): Network => ({label: `${density}`, network: sparseNetwork(dense.network, density)}),
  );
  // All connections, in the loops of the fused step.
  const full: Network = {label: '1', network: sparseNetwork(dense.network, 1)};
  const data = randomData(dense.network, bench.steps * trainingBatch);
  const step = `training step, batch ${trainingBatch}`;
  const fitting = ({label, network}: Network) => fitContestant(label, network, data, trainingBatch);
  const isFused = explain(sparse[0].network).isFused;
  const ops = sparse.map(fitting).map((fit) => ({...fit, row: isFused ? `${step}, by ops` : step}));
  const flops = trainingFlops(full.network, trainingBatch);
  const fused = isFused ? [{...fitting(full), flops}, ...sparse.map(fitting)] : [];
  yield {
    what: step,
    contestants: [
      onStockTfjs(fitting(dense)),
      ...fused.map(onAcceleratedTfjs).map((fit) => onThreads(1, fit)),
      ...fused.map((fit) => onThreads(2, onAcceleratedTfjs({...fit, row: `${step}, two threads`}))),
      ...(isFused ? sparse.map((net) => onThreads(1, withoutFit(net, data, trainingBatch))) : []),
      ...ops.map((fit) => byOps(onAcceleratedTfjs(fit))),
      ...ops.map((fit) => byOps(onStockTfjs({...fit, row: `${fit.row}, no accelerateTfjs`}))),
    ],
  };
  tf.dispose({...data});

  for (const batch of batches) {
    const {x, y} = randomData(dense.network, batch);
    const predicting = ({label, network}: Network): Contestant => ({
      label,
      run: () => finish(network.predict(x, {batchSize: batch}) as tf.Tensor),
    });
    const contestants = [onStockTfjs(predicting(dense)), ...sparse.map(predicting).map(onAcceleratedTfjs)];
    yield {what: `predict, batch ${batch}`, contestants};
    tf.dispose([x, y]);
  }

  const {x, y} = randomData(dense.network, trainingBatch);
  for (const Scheduler of [SETScheduler, RigLScheduler]) {
    const contestants = sparse.map(updatingBy(Scheduler, x, y)).map(onAcceleratedTfjs);
    yield {what: `update (${Scheduler.name.replace('Scheduler', '')})`, contestants};
  }
  yield {what: 'update, its tracker alone', contestants: sparse.map(tracking(x, y))};
  tf.dispose([x, y]);
  for (const {network} of [dense, full, ...sparse]) disposeNetwork(network);
}

/** Multiplications and additions of a training step: forward, and both gradients, of which the first layer needs one. */
function trainingFlops(network: tf.LayersModel, batch: number): number {
  const {layers, dense} = flopsReport(network);
  return batch * (3 * dense - layers[0].dense);
}

/** Trains a network once on all of these data, in `fit`. */
export function fitContestant(label: string, network: tf.LayersModel, {x, y}: Data, batchSize: number): Contestant {
  const run = async () => {
    await network.fit(x, y, {batchSize, epochs: 1, shuffle: false});
  };
  return {label, run, times: x.shape[0] / batchSize};
}

/** The fused step by itself, on a batch that is ready: what `fit` takes longer is its own. */
function withoutFit({label, network}: Network, data: Data, batchSize: number): Contestant {
  const fused = fusedModelOf(network) as FusedModel;
  const steps = data.x.shape[0] / batchSize;
  const run = async () => {
    const batch = tf.tidy(() => [data.x, data.y].map((tensor) => tensor.slice(0, batchSize)));
    for (let step = 0; step < steps; step++) tf.dispose(fused.train(batch[0], batch[1]));
    tf.dispose(batch);
  };
  return {label, row: `training step, batch ${batchSize}, without fit`, run, times: steps};
}

/** Keeps account of an update: what {@link updatingBy} has in it, too. */
function tracking(x: tf.Tensor, y: tf.Tensor) {
  return ({label, network}: Network): Contestant => {
    const layers = () => sparseWeights(network).map(({name, weight: {topology}}) => ({name, topology}));
    const update = updatingBy(SETScheduler, x, y)({label, network});
    let tracker: ExplorationTracker | undefined;
    let step = 0;
    return {
      label,
      prepare: async () => {
        tracker ??= new ExplorationTracker(layers());
        await update.prepare!();
        await update.run();
      },
      run: async () => {
        tracker!.record(
          ++step,
          layers().map(({topology}) => topology),
        );
      },
    };
  };
}

/** Updates after every step, so that RigL has the gradient of the step before. */
export function updatingBy(
  Scheduler: new (...args: ConstructorParameters<typeof RigLScheduler>) => DSTScheduler,
  x: tf.Tensor,
  y: tf.Tensor,
) {
  return ({label, network}: Network): Contestant => {
    const scheduler = new Scheduler(network, {updateInterval: 1, dropFraction: 0.3, seed: 1});
    return {
      label,
      prepare: async () => {
        await network.trainOnBatch(x, y);
      },
      run: async () => {
        await scheduler.step();
      },
    };
  };
}
