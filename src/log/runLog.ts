import * as tf from '@tensorflow/tfjs';
import {checkSamples, FlopsLedger} from '../flops/flopsLedger.ts';
import {flopsReport} from '../layers/flopsReport.ts';
import {takeRefusal} from '../layers/nonFinite.ts';
import {type NamedSparseWeight, sparseWeights} from '../layers/sparseWeights.ts';
import {checkKind, checkModel, checkNames} from '../topology/checkKind.ts';
import type {DSTScheduler} from '../training/dstScheduler.ts';
import type {UpdateReport} from '../training/updateReport.ts';
import {checkEpochNumber, checkImageShape, checkScheduler, checkSettings} from './checkRunLog.ts';
import {checkMeasured, checkMeasures, explorationMeasures} from './epochMeasures.ts';
import type {LineSink} from './fileSink.ts';
import {type Measures, RUN_FORMAT, type RunLine} from './runLines.ts';
import {RunLogCallback} from './runLogCallback.ts';
import {checkState, type RunLogState, STATE_FORMAT} from './runLogState.ts';
import {sealLine} from './sealedLine.ts';
import {topologyPicture} from './topologyPicture.ts';
import {layerMeasures, updateMeasures} from './updateMeasures.ts';

/** Options of {@link RunLog}. */
export interface RunLogOptions {
  /** Tells the run from others that it is compared with. */
  readonly name: string;
  /** The scheduler that updates the model's connections, which the log steps. @defaultValue none: they stay as they are */
  readonly scheduler?: DSTScheduler;
  /** What the run was made with, as plain JSON. @defaultValue nothing */
  readonly settings?: {readonly [name: string]: unknown};
  /**
   * `[height, width]` or `[height, width, channels]` of the inputs, where they are images whose pixels come as one vector in this
   * order: then pictures have a map of the inputs, if the first layer is sparse. @defaultValue there is none
   */
  readonly imageShape?: readonly number[];
  /** Asked at the end of every epoch for values to be kept beside the log's own. @defaultValue none */
  readonly measure?: () => Measures;
  /** What `toJSON` returned, to continue the run from there. @defaultValue epochs, time and operations count from 0 */
  readonly resume?: RunLogState;
}

/**
 * Writes down a training, line by line, as JSON: what it is, every update of the connectivity, every epoch with its metrics and the
 * floating-point operations so far, and now and then a small picture of the topologies. `parseRunLog` reads it.
 *
 * Give {@link callback} to `fit` in the place of the scheduler's, or in a loop of your own call {@link step} in the place of the
 * scheduler's, and {@link epoch}. A run that continues appends to its log: lines of steps that were lost since the checkpoint
 * stay in the file and are passed over by readers.
 *
 * Where the sink throws, the line is kept and given to it again before the next one: a full disk that is emptied loses nothing.
 *
 * Pictures are taken at the start, after epochs 1, 2, 4, 8, … and at the end of `fit`.
 *
 * @example
 * const log = new RunLog(model, fileSink('run.jsonl'), {name: 'SET', scheduler});
 * await model.fit(x, y, {epochs: 10, callbacks: log.callback()});
 */
export class RunLog {
  /** The sparse weights of the model. */
  readonly weights: readonly NamedSparseWeight[];
  /** The operations so far. */
  readonly flops: FlopsLedger;
  private steps: number;
  private epochs: number;
  private readonly secondsBefore: number;
  /** The connections that the ledger counts with, of the layers that it knows. */
  private readonly counted: Map<NamedSparseWeight, number>;
  private readonly began = performance.now();
  /** The first layer with a kernel, which sees the inputs. */
  private readonly first: string | undefined;
  private lastPictures = -1;
  private written = 0;
  /** Lines that the sink has not taken yet. */
  private readonly pending: string[] = [];

  /**
   * Writes the first line.
   *
   * @param model  sparse or not
   * @param sink   takes the lines, for instance `fileSink(path)`, or `(line) => lines.push(line)` in a page
   * @throws TypeError if an option is of another kind, or `settings` are no plain JSON
   * @throws Error if the scheduler is of another model, or `resume` of another step or other layers
   */
  constructor(
    private readonly model: tf.LayersModel,
    private readonly sink: LineSink,
    private readonly options: RunLogOptions,
  ) {
    checkModel('RunLog', model);
    checkKind('RunLog', 'sink', 'a function', sink, "Pass fileSink('run.jsonl'), or (line) => lines.push(line).");
    checkKind('RunLog', 'options', 'an object', options, "Write {name: 'SET', scheduler}.");
    checkNames<RunLogOptions>('RunLog', options, {
      name: 1,
      scheduler: 1,
      settings: 1,
      imageShape: 1,
      measure: 1,
      resume: 1,
    });
    checkKind('RunLog', 'name', 'a string', options.name, 'It tells the run from others.');
    const {scheduler, resume, settings, imageShape, measure} = options;
    checkSettings(settings);
    checkImageShape(imageShape);
    if (measure) checkKind('RunLog', 'measure', 'a function', measure, 'Write () => ({value: 0.5}).');
    this.weights = sparseWeights(model);
    checkScheduler(model, this.weights, scheduler);
    if (resume) checkState(resume, scheduler?.stepCount);
    this.steps = resume?.step ?? scheduler?.stepCount ?? 0;
    this.epochs = resume?.epoch ?? 0;
    this.secondsBefore = resume?.seconds ?? 0;
    const report = flopsReport(model);
    this.flops = new FlopsLedger(report.layers, resume?.flops);
    this.first = report.kernels[0]?.name;
    const known = new Set(report.layers.map(({name}) => name));
    const counted = this.weights.filter(({name}) => known.has(name));
    this.counted = new Map(counted.map((entry) => [entry, entry.weight.topology.nnz]));
    if (!scheduler) takeRefusal(model, this); // what was refused before is none of its steps
    this.start(report);
    if (resume) this.lastPictures = this.steps;
    else this.pictures();
  }

  /** The scheduler that it steps. */
  get scheduler(): RunLogOptions['scheduler'] {
    return this.options.scheduler;
  }

  /** Optimizer steps so far. */
  get stepCount(): number {
    return this.steps;
  }

  /** Tells the scheduler that a training of so many steps begins; see `DSTScheduler.begin`. */
  begin(steps: number): void {
    this.options.scheduler?.begin(steps);
  }

  /**
   * Counts an optimizer step with the connections that the layers have, whoever gave them these, and has the scheduler do its own; if
   * that updates the connectivity, writes a line about it. A step that was not taken, since its loss was not finite, does not count:
   * see `setNonFinite`.
   *
   * @param samples  number of samples of the batch
   * @returns what the update did, or undefined if none was due
   * @throws RangeError if `samples` is not a positive integer; nothing is done
   * @throws Error if the scheduler, its `onUpdate` or the sink does; the step is counted and the update written all the same
   */
  async step(samples: number): Promise<UpdateReport | undefined> {
    checkSamples('RunLog', samples);
    const {scheduler} = this.options;
    if (!scheduler && takeRefusal(this.model, this)) return undefined;
    const {lastUpdate, stepCount} = scheduler ?? {};
    let report: UpdateReport | undefined;
    this.countConnections();
    try {
      await scheduler?.step();
    } finally {
      // Also after an error of `onUpdate`, which comes when the update is made; but a step that was not taken does not count.
      if (!scheduler || scheduler.stepCount !== stepCount) {
        report = scheduler?.lastUpdate === lastUpdate ? undefined : scheduler?.lastUpdate;
        this.steps++;
        this.flops.step(samples, scheduler?.readsDenseGradient ?? false);
        if (report) this.update(report);
      }
    }
    return report;
  }

  /**
   * Writes the line of an epoch.
   *
   * @param metrics  by name, as `fit` calls them: `loss`, `acc`, `val_loss`, `val_acc`
   * @param number   of the epoch, 1 for the first, where it may be higher than that of the last line and one: after a checkpoint was
   *   loaded that is older than the end of its epoch. @defaultValue one more than the last
   * @throws RangeError if `number` is not a positive integer
   * @throws TypeError if a metric or measure is neither a number nor a list of numbers; the epoch does not count
   * @throws Error if `measure` returns a name that the log uses itself; the epoch does not count
   */
  epoch(metrics: Readonly<Record<string, number>>, number = 1): void {
    checkEpochNumber(number);
    checkMeasures('metrics', metrics);
    const {scheduler, measure} = this.options;
    const own: Measures = {
      density: this.density(),
      ...(scheduler ? explorationMeasures(scheduler.tracker) : {}),
    };
    const measured = measure?.();
    checkMeasured(own, measured);
    this.epochs = Math.max(this.epochs + 1, number);
    this.write({
      type: 'epoch',
      epoch: this.epochs,
      step: this.steps,
      seconds: this.seconds(),
      metrics: {...metrics},
      measures: {...own, ...measured},
      flops: this.flops.total,
      layers: this.layersOfEpoch(),
    });
    if (Number.isInteger(Math.log2(this.epochs))) this.pictures();
  }

  /** Writes what the topologies look like now, unless that was the last thing to be written at this step. */
  pictures(): void {
    if (this.weights.length === 0 || this.lastPictures === this.steps) return;
    this.lastPictures = this.steps;
    const inputs = this.options.imageShape?.reduce((product, dimension) => product * dimension, 1);
    const layers = this.weights.map(({name, weight: {topology}}) => ({
      name,
      ...topologyPicture(topology, name === this.first && topology.shape.length === 2 && topology.rows === inputs),
    }));
    this.write({type: 'pictures', step: this.steps, layers});
  }

  /** A callback for `fit` and `fitDataset` that does all of it, the scheduler's steps included. */
  callback(): RunLogCallback {
    return new RunLogCallback(this);
  }

  /** The counts, to be saved with the scheduler's state and given as `resume` to the log of the continued run. */
  toJSON(): RunLogState {
    return {
      ...STATE_FORMAT,
      step: this.steps,
      epoch: this.epochs,
      seconds: this.seconds(),
      flops: this.flops.toJSON(),
    };
  }

  private start({kernels, notCounted, sparse, dense, bytes}: ReturnType<typeof flopsReport>): void {
    const {name, settings = {}, imageShape = null} = this.options;
    this.write({
      type: 'start',
      ...RUN_FORMAT,
      name,
      date: new Date().toISOString(),
      step: this.steps,
      backend: tf.getBackend(),
      settings,
      imageShape,
      layers: kernels.map(({name, shape, positions, nnz, isSparse}) => ({name, shape, positions, nnz, isSparse})),
      notCounted: notCounted.map(({name}) => name),
      forward: {sparse, dense},
      bytes,
    });
  }

  /** Tells the ledger of layers that have more or fewer connections than at the step before. */
  private countConnections(): void {
    for (const [entry, nnz] of this.counted) {
      const now = entry.weight.topology.nnz;
      if (now === nnz) continue;
      this.counted.set(entry, now);
      this.flops.update([{name: entry.name, nnz: now}]);
    }
  }

  private update(report: UpdateReport): void {
    const point = this.options.scheduler!.tracker.history.at(-1)!;
    this.write({
      type: 'update',
      step: this.steps,
      seconds: this.seconds(),
      measures: updateMeasures(report, point),
      layers: layerMeasures(report, point),
    });
  }

  private layersOfEpoch(): Record<string, Measures> {
    const {scheduler} = this.options;
    const rates = scheduler?.tracker.rates();
    const explored = new Map(scheduler?.weights.map(({name, weight}) => [weight, rates![name]]));
    const counted = this.flops.layers.map(({name, total}) => [name, {density: 1, flops: total}] as const);
    const measures = new Map<string, Measures>(counted);
    for (const {name, weight} of this.weights) {
      const rate = explored.get(weight);
      const own = {density: weight.topology.density, ...(rate !== undefined && {explorationRate: rate})};
      measures.set(name, {...measures.get(name), ...own});
    }
    return Object.fromEntries(measures);
  }

  /** Active over all connections of the sparse layers; 1 if there are none. */
  private density(): number {
    const sum = (key: 'nnz' | 'size') => this.weights.reduce((total, {weight}) => total + weight.topology[key], 0);
    return this.weights.length === 0 ? 1 : sum('nnz') / sum('size');
  }

  private seconds(): number {
    return this.secondsBefore + Math.round(performance.now() - this.began) / 1000;
  }

  private write(line: RunLine): void {
    this.pending.push(sealLine(line, this.written));
    this.written++;
    while (this.pending.length > 0) {
      this.sink(this.pending[0]);
      this.pending.shift();
    }
  }
}
