import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {
  flopsReport,
  type GradientSignal,
  gradientMomentum,
  maskedConv2d,
  maskedDense,
  meanGradient,
  parseRunLog,
  RigLScheduler,
  RunLog,
  type RunLogOptions,
  riglTrainingFlops,
  SETScheduler,
  seededRandom,
  setNonFinite,
  setTopologies,
  snfsTrainingFlops,
  sparsify,
  staticTrainingFlops,
  Topology,
} from 'itop';
import {Checkpoints, loadCheckpoint} from 'itop/files';
import {fileStore} from 'itop/node';
import {renderReport} from 'itop/report';
import {beforeEach, describe, expect, it} from 'vitest';
import {smallModel, smallNetwork, someData} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const everyThird = {updateInterval: 3, dropFraction: 0.3, seed: 1};
const quietly = {verbose: 0, batchSize: 8} as const;

/** A log that is kept in memory, with its run so far. */
function logOf(model: tf.LayersModel, options: Partial<RunLogOptions> = {}, lines: string[] = []) {
  const log = new RunLog(model, (line) => lines.push(line), {name: 'run', ...options});
  return {log, lines, run: () => parseRunLog(lines.map((line) => `${line}\n`).join(''))};
}

/** A compiled model that reports its accuracy. */
function modelWithAccuracy(): tf.Sequential {
  const model = smallNetwork();
  model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  return model;
}

describe('RunLog in fit', () => {
  it('tells what the run is, its updates, its epochs and how the topologies look', async () => {
    const model = modelWithAccuracy();
    const scheduler = new SETScheduler(model, everyThird);
    const {log, run} = logOf(model, {scheduler, settings: {density: 0.3}, imageShape: [3, 4]});
    const {x, y} = someData(20);
    const {history} = await model.fit(x, y, {
      ...quietly,
      epochs: 3,
      validationData: [x, y],
      callbacks: log.callback(),
    });
    const {start, updates, epochs, pictures} = run();
    expect(start).toMatchObject({name: 'run', step: 0, backend: 'cpu', settings: {density: 0.3}, imageShape: [3, 4]});
    expect(start.layers).toEqual([
      {name: 'hidden', shape: [12, 16], positions: 1, nnz: 58, isSparse: true},
      {name: 'output', shape: [16, 4], positions: 1, nnz: 19, isSparse: true},
    ]);
    expect(updates.map(({step}) => step)).toEqual([3, 6, 9]);
    const last = scheduler.tracker.history.at(-1)!;
    expect(updates[2].measures).toMatchObject({dropFraction: 0.3, density: 77 / 256, explorationRate: last.rate});
    expect(updates[2].layers.hidden).toMatchObject({dropped: 18, grown: 18, nnz: 58, explorationRate: last.rates[0]});
    expect(epochs.map(({epoch, step}) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
      [3, 9],
    ]);
    for (const metric of ['loss', 'acc', 'val_loss', 'val_acc']) {
      expect(epochs.map(({metrics}) => metrics[metric])).toEqual(history[metric]);
    }
    expect(epochs[2].measures).toEqual({
      density: 77 / 256,
      explorationRate: last.rate,
      reliableRate: last.reliableRate,
      survivalCurve: scheduler.tracker.survival(),
    });
    expect(epochs[2].layers.hidden).toMatchObject({density: 58 / 192, explorationRate: last.rates[0]});
    // At the start, after the first and the second epoch, at the end.
    expect(pictures.map(({step}) => step)).toEqual([0, 3, 6, 9]);
    expect(pictures[0].layers.map(({inputs}) => inputs?.length)).toEqual([12, undefined]);
  });

  it('trains as the scheduler alone does, and leaves no tensor behind', async () => {
    const [logged, plain] = [smallModel(), smallModel()];
    const [scheduler, other] = [new RigLScheduler(logged, everyThird), new RigLScheduler(plain, everyThird)];
    const {x, y} = someData();
    const {log} = logOf(logged, {scheduler});
    await logged.fit(x, y, {...quietly, shuffle: false, epochs: 1, callbacks: log.callback()});
    await plain.fit(x, y, {...quietly, shuffle: false, epochs: 1, callbacks: other.callback()});
    const before = tf.memory().numTensors;
    const first = await logged.fit(x, y, {...quietly, shuffle: false, epochs: 2, callbacks: log.callback()});
    expect(tf.memory().numTensors).toBe(before);
    const second = await plain.fit(x, y, {...quietly, shuffle: false, epochs: 2, callbacks: other.callback()});
    expect(first.history).toEqual(second.history);
    expect(log.stepCount).toBe(12);
  });

  it('counts the samples of every batch, the smaller last one too', async () => {
    const model = smallModel();
    const {log, run} = logOf(model, {scheduler: new SETScheduler(model, everyThird)});
    const {x, y} = someData(20);
    await model.fit(x, y, {...quietly, epochs: 2, callbacks: log.callback()});
    const {sparse, dense} = flopsReport(model);
    expect(run().epochs.map(({flops}) => [flops.total, flops.dense])).toEqual([
      [20 * staticTrainingFlops(sparse), 20 * 3 * dense],
      [40 * staticTrainingFlops(sparse), 40 * 3 * dense],
    ]);
    expect(run().epochs[1].layers.output).toMatchObject({density: 19 / 64, flops: 40 * 3 * 2 * 19});
  });

  it('works with fitDataset, behind a plain object and behind a callback that reads the metrics first', async () => {
    const model = modelWithAccuracy();
    const {log, run} = logOf(model, {scheduler: new SETScheduler(model, everyThird)});
    const {x, y} = someData(20);
    const dataset = tf.data.zip({xs: tf.data.array(x.arraySync()), ys: tf.data.array(y.arraySync())}).batch(8);
    await model.fitDataset(dataset as never, {epochs: 1, verbose: 0, callbacks: log.callback()});
    const plain = {onEpochEnd: () => undefined};
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: [plain, log.callback()] as never});
    const custom = new tf.CustomCallback({onEpochEnd: async () => undefined});
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: [custom, log.callback()]});
    expect(run().epochs.map(({epoch, step}) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
      [3, 9],
    ]);
    expect(log.flops.total.total).toBe(60 * staticTrainingFlops(flopsReport(model).sparse));
    for (const {metrics} of run().epochs) expect(Number.isFinite(metrics.acc)).toBe(true);
  });

  it('logs a dense model, without a scheduler', async () => {
    const model = tf.sequential({layers: [tf.layers.dense({name: 'only', units: 4, inputShape: [12]})]});
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    const {log, run} = logOf(model);
    const {x, y} = someData(16);
    await model.fit(x, y, {...quietly, epochs: 1, callbacks: log.callback()});
    const {start, updates, epochs, pictures} = run();
    expect(start.layers).toEqual([{name: 'only', shape: [12, 4], positions: 1, nnz: 48, isSparse: false}]);
    expect([updates, pictures]).toEqual([[], []]);
    expect(epochs[0].measures).toEqual({density: 1});
    expect(epochs[0].flops.total).toBe(16 * 3 * 2 * 48);
  });
});

describe('RunLog in fit and a checkpoint', () => {
  it.each([
    ['after', 2, 4, [1, 2, 3, 4]],
    ['before', 1, 3, [1, 3, 4]],
  ])('numbers epochs on from the last of a run that was killed %s the epoch of its checkpoint was logged', async (_, ended, lines, numbers) => {
    const everyFourth = {updateInterval: 4, dropFraction: 0.3, seed: 1};
    const {x, y} = someData();
    const folder = mkdtempSync(join(tmpdir(), 'log-'));
    const store = fileStore(join(folder, 'checkpoint'));
    const model = smallModel();
    const scheduler = new SETScheduler(model, everyFourth);
    const first = logOf(model, {scheduler});
    const checkpoints = new Checkpoints(store, {model, scheduler, log: first.log, everySteps: 8});
    const callbacks = [first.log.callback(), checkpoints.callback()];
    await model.fit(x, y, {...quietly, epochs: 2, callbacks});
    const isOfEpoch = (line: string) => line.startsWith('{"type":"epoch"');
    const written = first.lines.slice(
      0,
      first.lines.findIndex((line) => line.startsWith(`{"type":"epoch","epoch":${ended},`)) + 1,
    );

    const again = smallModel();
    const resumed = new SETScheduler(again, everyFourth);
    const {log} = await loadCheckpoint(store, {model: again, scheduler: resumed});
    const second = logOf(again, {scheduler: resumed, resume: log}, written);
    await again.fit(x, y, {...quietly, initialEpoch: 2, epochs: 4, callbacks: second.log.callback()});
    expect(written.filter(isOfEpoch)).toHaveLength(lines);
    expect(second.run().epochs.map(({epoch}) => epoch)).toEqual(numbers);
    expect(second.run().epochs.at(-1)!.step).toBe(16);
    rmSync(folder, {recursive: true});
  });
});

describe('RunLog in a loop', () => {
  it.each([
    ['without a scheduler', false],
    ['behind the back of a scheduler', true],
  ])('counts with the connections that a model is given %s', async (_, isScheduled) => {
    const dense = tf.sequential({layers: [tf.layers.dense({name: 'only', units: 10, inputShape: [20]})]});
    const model = sparsify(dense, {density: 1, seed: 1});
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    const scheduler = isScheduled ? new SETScheduler(model, {...everyThird, updateInterval: 100}) : undefined;
    const {log, run} = logOf(model, {scheduler});
    await log.step(2);
    log.epoch({loss: 1});
    await setTopologies(model, {only: Topology.random([20, 10], 20, seededRandom(1))});
    for (let step = 0; step < 9; step++) await log.step(2);
    log.epoch({loss: 0.5});
    const {measures, flops} = run().epochs[1];
    expect(measures.density).toBe(0.1);
    // One step with 200 connections, nine with 20, of 2 samples each.
    expect([flops.total, flops.dense]).toEqual([3 * 2 * 2 * (200 + 9 * 20), 3 * 2 * 2 * 10 * 200]);
    expect(renderReport([run()])).toContain(
      'with 10 % of the connections and 19 % of the operations of dense training; 100 % of the network was explored.',
    );
  });

  it('counts no step that was not taken, beside a scheduler that does not either', async () => {
    const model = smallModel();
    setNonFinite(model, 'skip');
    const scheduler = new SETScheduler(model, everyThird);
    const {log, run} = logOf(model);
    const {x, y} = someData(8);
    for (const input of [tf.fill([8, 12], Number.NaN), x]) {
      await model.trainOnBatch(input, y);
      await log.step(8);
      await scheduler.step();
    }
    log.epoch({loss: 1});
    expect([log.stepCount, scheduler.stepCount, model.optimizer.iterations]).toEqual([1, 1, 1]);
    expect(run().epochs[0].flops.total).toBe(8 * staticTrainingFlops(flopsReport(model).sparse));
  });

  it('counts its first step where one was refused before it was made', async () => {
    const model = smallModel();
    setNonFinite(model, 'skip');
    const {y} = someData(8);
    await model.trainOnBatch(tf.fill([8, 12], Number.NaN), y);
    const {log} = logOf(model);
    await log.step(8);
    expect(log.stepCount).toBe(1);
  });

  it('draws a map of the inputs of no other layer than the first', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({units: 12, inputShape: [12]}),
        maskedDense({name: 'hidden', units: 4, density: 0.5, seed: 1}),
      ],
    });
    const {run} = logOf(model, {imageShape: [3, 4]});
    expect(run().pictures[0].layers[0].inputs).toBeUndefined();
    expect(renderReport([run()])).not.toContain('What the networks look at');
  });

  it('takes no measure by the name of one of its own', () => {
    const {log, run} = logOf(smallModel(), {measure: () => ({density: 1})});
    expect(() => log.epoch({loss: 1})).toThrow(
      'RunLog: measure must return other names than density, received "density". Choose another name.',
    );
    expect(run().epochs).toEqual([]);
  });

  it.each<[string, () => object, string]>([
    ['a string', () => ({rate: '0.1'}), 'received "0.1" for "rate"'],
    ['a typed array', () => ({rates: new Float32Array(2)}), 'received {"0":0,"1":0} for "rates"'],
    ['a promise', async () => ({rate: 0.1}), 'must be an object, received {}'],
  ])('writes no epoch whose line could not be read, for a measure of %s', (_, measure, message) => {
    const {log, run} = logOf(smallModel(), {measure: measure as RunLogOptions['measure']});
    expect(() => log.epoch({loss: 1})).toThrow(message);
    expect([log.toJSON().epoch, run().epochs, run().damaged]).toEqual([0, [], []]);
  });

  it('writes no epoch with a metric that is no number, and a value that is not finite as none', () => {
    const {log, run} = logOf(smallModel(), {measure: () => ({rate: Number.NaN, list: [1, Number.NaN]})});
    expect(() => log.epoch({loss: '1'} as never)).toThrow(
      'RunLog: metrics must be numbers or lists of numbers, received "1" for "loss".',
    );
    log.epoch({loss: Number.NaN});
    expect(run().epochs).toMatchObject([{epoch: 1, metrics: {loss: null}, measures: {rate: null, list: [1, null]}}]);
    expect(run().damaged).toEqual([]);
  });

  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  const nested = (depth: number): object => (depth === 0 ? {} : {nested: nested(depth - 1)});
  it.each<[object, string]>([
    [{imageShape: [12]}, 'RunLog: imageShape must be [height, width] or [height, width, channels], received [12].'],
    [{imageShape: []}, 'received [].'],
    [{settings: [1]}, 'RunLog: settings must be an object of plain JSON, at most 32 levels deep, received [1].'],
    [{settings: nested(40)}, 'at most 32 levels deep'],
    [{settings: circle}, 'received Converting circular structure to JSON.'],
    [{settings: {seed: 7n}}, 'received Do not know how to serialize a BigInt.'],
    [{measure: {rate: 1}}, 'RunLog: measure must be a function, received {"rate":1}.'],
  ])('begins no log that could not be read: options %#', (options, message) => {
    const lines: string[] = [];
    expect(() => logOf(smallModel(), options, lines)).toThrow(message);
    expect(lines).toEqual([]);
  });

  it('counts one gradient at all positions per update of RigL', async () => {
    const model = smallModel();
    const scheduler = new RigLScheduler(model, everyThird);
    const {log} = logOf(model, {scheduler});
    const {x, y} = someData();
    for (let step = 1; step <= 6; step++) {
      await model.trainOnBatch(x, y);
      expect((await log.step(32)) !== undefined).toBe(step % 3 === 0);
    }
    const {sparse, dense} = flopsReport(model);
    expect(log.flops.total.total).toBeCloseTo(6 * 32 * riglTrainingFlops(sparse, dense, 2), 4);
    expect(log.flops.total.denseGradient).toBe(2 * 32 * (dense - sparse));
  });

  it('counts the gradient at all positions in every step whose gradient a signal takes', async () => {
    const counted = async (signal: GradientSignal) => {
      const model = smallModel();
      const {sparse, dense} = flopsReport(model);
      const scheduler = new RigLScheduler(model, {...everyThird, signal});
      const {log} = logOf(model, {scheduler});
      const {x, y} = someData();
      for (let step = 0; step < 6; step++) {
        await model.trainOnBatch(x, y);
        await log.step(32);
      }
      return {sparse, dense, flops: log.flops.total};
    };
    const mean = await counted(meanGradient(2));
    expect(mean.flops.denseGradient).toBe(4 * 32 * (mean.dense - mean.sparse));
    const momentum = await counted(gradientMomentum(0.9));
    expect(momentum.flops.total).toBe(6 * 32 * snfsTrainingFlops(momentum.sparse, momentum.dense));
  });

  it('counts a step whose update failed, once', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, {...everyThird, dropFraction: () => Number.NaN});
    const {log} = logOf(model, {scheduler});
    await log.step(8);
    await log.step(8);
    await expect(log.step(8)).rejects.toThrow('was not updated');
    expect([log.stepCount, scheduler.stepCount]).toEqual([3, 3]);
    expect(log.flops.total.total).toBe(24 * staticTrainingFlops(flopsReport(model).sparse));
  });

  it('refuses a batch of no samples before anything is done', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, everyThird);
    const {log} = logOf(model, {scheduler});
    await expect(log.step(undefined as never)).rejects.toThrow(
      'RunLog: samples must be a positive integer, received undefined.',
    );
    expect([log.stepCount, scheduler.stepCount]).toEqual([0, 0]);
  });

  it('goes on where the operations of a sparse layer cannot be counted', async () => {
    const model = tf.sequential({
      layers: [
        maskedConv2d({name: 'conv', filters: 4, kernelSize: 3, density: 0.5, seed: 1, inputShape: [null, null, 2]}),
        tf.layers.globalAveragePooling2d({}),
        maskedDense({name: 'output', units: 3, density: 0.5, seed: 2}),
      ],
    });
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    const {log, run} = logOf(model, {scheduler: new SETScheduler(model, {...everyThird, updateInterval: 1})});
    await log.step(8);
    expect(run().start.notCounted).toEqual(['conv']);
    expect(run().start.layers).toMatchObject([
      {name: 'conv', shape: [3, 3, 2, 4], positions: 0, nnz: 36, isSparse: true},
      {name: 'output', positions: 1, nnz: 6, isSparse: true},
    ]);
    expect(run().updates[0].layers.conv).toMatchObject({nnz: 36, dropped: 11});
    expect(log.flops.total.total).toBe(3 * 8 * 2 * 6);
    log.epoch({loss: 1});
    expect(run().epochs[0].layers.conv).toMatchObject({density: 0.5, explorationRate: expect.any(Number)});
    expect(renderReport([run()])).toContain('Operations of these layers of run are not counted: conv.');
  });

  it('shows the exploration of a network none of whose operations can be counted', async () => {
    const conv = {filters: 4, kernelSize: 3, density: 0.5, seed: 1};
    const model = tf.sequential({layers: [maskedConv2d({name: 'conv', ...conv, inputShape: [null, null, 2]})]});
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    const {log, run} = logOf(model, {scheduler: new SETScheduler(model, {...everyThird, updateInterval: 1})});
    await log.step(8);
    log.epoch({loss: 1});
    const page = renderReport([run()]).replace(/base64,[^"]*/g, '');
    expect(page).toContain('<h2>Exploration</h2>');
    expect(page).toContain('with 50 % of the connections; ');
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('keeps what is measured beside, and that a loss was not finite', () => {
    const {log, run} = logOf(smallModel(), {measure: () => ({rate: 0.1, curve: [1, 0.5]})});
    log.epoch({loss: Number.NaN});
    expect(run().epochs[0].measures).toMatchObject({rate: 0.1, curve: [1, 0.5]});
    expect(run().epochs[0].metrics).toEqual({loss: null});
  });

  it('writes the line of an update whose onUpdate throws', async () => {
    const model = smallModel();
    const onUpdate = () => {
      throw new Error('no idea');
    };
    const scheduler = new RigLScheduler(model, {...everyThird, updateInterval: 1, onUpdate});
    const {log, run} = logOf(model, {scheduler});
    const {x, y} = someData(8);
    await model.trainOnBatch(x, y);
    await expect(log.step(8)).rejects.toThrow('no idea');
    expect(run().updates).toHaveLength(1);
    expect(run().updates[0].layers.hidden).toMatchObject({dropped: 18, grown: 18});
    expect(log.flops.total.denseGradient).toBeGreaterThan(0);
  });

  it('gives a line again that the sink did not take', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, {...everyThird, updateInterval: 1});
    const lines: string[] = [];
    let isFull = false;
    const sink = (line: string) => {
      if (isFull) throw new Error('disk full');
      lines.push(line);
    };
    const log = new RunLog(model, sink, {name: 'run', scheduler});
    isFull = true;
    await expect(log.step(8)).rejects.toThrow('disk full');
    await expect(log.step(8)).rejects.toThrow('disk full');
    isFull = false;
    log.epoch({loss: 1});
    const run = parseRunLog(lines.map((line) => `${line}\n`).join(''));
    expect(run.updates.map(({step}) => step)).toEqual([1, 2]);
    expect(run).toMatchObject({epochs: [{epoch: 1, step: 2}], missing: 0, damaged: []});
  });

  it('counts no epoch whose measures could not be taken', () => {
    let isBroken = true;
    const measure = () => {
      if (isBroken) throw new Error('no idea');
      return {};
    };
    const {log, run} = logOf(smallModel(), {measure});
    expect(() => log.epoch({loss: 1})).toThrow('no idea');
    isBroken = false;
    log.epoch({loss: 1});
    expect(run().epochs).toMatchObject([{epoch: 1}]);
  });

  it('takes a number for an epoch, if it is higher than the next', () => {
    const {log, run} = logOf(smallModel());
    for (const number of [undefined, 4, 2]) log.epoch({loss: 1}, number);
    expect(() => log.epoch({loss: 1}, Number.NaN)).toThrow('RunLog: number must be a positive integer, received NaN.');
    expect(run().epochs.map(({epoch}) => epoch)).toEqual([1, 4, 5]);
  });

  it('takes no picture twice', () => {
    const {log, run} = logOf(smallModel());
    log.pictures();
    log.epoch({});
    expect(run().pictures).toHaveLength(1);
  });
});

describe('a run that crashed', () => {
  /** Trains epochs of three steps. */
  async function train(model: tf.LayersModel, log: RunLog, epochs: number) {
    const {x, y} = someData(24);
    for (let epoch = 0; epoch < epochs; epoch++) {
      let loss = 0;
      for (let step = 0; step < 3; step++) {
        loss = (await model.trainOnBatch(x, y)) as number;
        await log.step(24);
      }
      log.epoch({loss});
    }
  }

  it('continues in the same file as if nothing had happened', async () => {
    const options = {updateInterval: 2, dropFraction: 0.3, seed: 1};
    const model = smallModel(tf.train.sgd(0.1));
    const scheduler = new RigLScheduler(model, options);
    const {log, lines, run} = logOf(model, {scheduler});
    await train(model, log, 2);
    const [state, counts] = [JSON.stringify(scheduler), JSON.stringify(log)];
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
      }),
    );
    await train(model, log, 3); // lost
    const uninterrupted = run();

    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
    loaded.compile({optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy'});
    const resumed = new RigLScheduler(loaded, {...options, resume: JSON.parse(state)});
    const second = logOf(loaded, {scheduler: resumed, resume: JSON.parse(counts)}, lines);
    await train(loaded, second.log, 3);
    const {continuations, epochs, updates, pictures} = run();
    expect(continuations).toBe(1);
    const withoutTime = (of: readonly object[]) => of.map((line) => ({...line, seconds: 0}));
    expect(withoutTime(epochs)).toEqual(withoutTime(uninterrupted.epochs));
    expect(withoutTime(updates)).toEqual(withoutTime(uninterrupted.updates));
    expect(pictures).toEqual(uninterrupted.pictures);
    const seconds = epochs.map((epoch) => epoch.seconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  it('refuses what does not belong together', () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, everyThird);
    const saved = JSON.parse(JSON.stringify(logOf(model, {scheduler}).log));
    expect(() => logOf(model, {scheduler, resume: {...saved, step: 4}})).toThrow(
      'RunLog: resume must be of step 0 like the scheduler, received step 4. Save both at the same time.',
    );
    for (const damage of [{epoch: -1}, {seconds: Number.NaN}, {flops: null}]) {
      expect(() => logOf(model, {scheduler, resume: {...saved, ...damage}})).toThrow(
        'RunLog: resume must be what toJSON() returned, received one of step 0',
      );
    }
    const flops = saved.flops.map((counts: object, i: number) => (i === 1 ? {...counts, backward: 1} : counts));
    expect(() => logOf(model, {resume: {...saved, flops}})).toThrow(
      'FlopsLedger: saved must be what toJSON() returned, received counts of "output" that contradict each other.',
    );
    expect(() => logOf(model, {resume: {} as never})).toThrow('RunLog: resume must be of the format itop-run-state');
    expect(() => logOf(smallModel(), {scheduler})).toThrow('RunLog: scheduler must be that of the model');
    const other = tf.sequential({layers: [maskedDense({units: 2, density: 1, inputShape: [2], seed: 1})]});
    expect(() => logOf(other, {resume: saved})).toThrow('FlopsLedger: saved must be of the layers');
  });
});
