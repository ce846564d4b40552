import type * as tf from '@tensorflow/tfjs';
import {toSchedule} from '../algorithms/schedules/toSchedule.ts';
import type {Schedule} from '../algorithms/types.ts';
import type {ExplorationTracker} from '../exploration/explorationTracker.ts';
import type {LayerForecast} from '../exploration/forecast.ts';
import {guardScheduled, takeRefusal} from '../layers/nonFinite.ts';
import {type NamedSparseWeight, sparseWeights} from '../layers/sparseWeights.ts';
import {checkKind, checkModel} from '../topology/checkKind.ts';
import {seededRandom} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import type {TopologyUpdate} from '../topology/update.ts';
import {commitAll, prepareCarry, watchValues} from '../weights/carry.ts';
import {checkOwnSlots} from '../weights/optimizerSlots.ts';
import {checkStructure} from './checkStructure.ts';
import {checkValues} from './checkValues.ts';
import {checkStrategies, type DSTOptions} from './dstOptions.ts';
import {ExpectedExploration} from './expectedExploration.ts';
import {grownValuesOf} from './grownValues.ts';
import {takePlainCallbacks} from './plainCallbacks.ts';
import {planUpdates} from './planUpdates.ts';
import {beginProgress, type Progress, resumeProgress} from './progress.ts';
import {SchedulerCallback} from './schedulerCallback.ts';
import {checkIsLatest, setScheduler} from './schedulerOf.ts';
import {SCHEDULER_FORMAT, type SchedulerState, settingsOf} from './schedulerState.ts';
import type {SignalState} from './signalState.ts';
import {addCompanions} from './strategyCompanions.ts';
import {restoreStrategies, saveStrategies} from './strategyStates.ts';
import {trainedWeights} from './trainedWeights.ts';
import {UnusedConnections} from './unusedConnections.ts';
import {layerUpdates, type UpdateReport, updateReport} from './updateReport.ts';
import {UpdateTimetable} from './updateTimetable.ts';
import {sizeOf, updateRules, viewLayers} from './viewLayers.ts';

/**
 * Dynamic sparse training: every ΔT steps drops the weakest connections of every sparse layer and grows as many others.
 *
 * Call {@link step} once after every optimizer step, or give {@link callback} to `fit`. As in the official
 * implementation, the optimizer's step comes first, then the topology; all layers are worked out before any is changed, so a
 * failed update leaves model, optimizer, topologies and tracker as they were. Layers that are not trainable are left alone.
 *
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization?", §3, https://arxiv.org/abs/2102.02887
 */
export class DSTScheduler {
  /** The sparse weights that are scheduled. */
  readonly weights: readonly NamedSparseWeight[];
  /** Resolves when connections have the companions that the strategies need; `step` and checkpoints wait for it. */
  readonly ready: Promise<unknown>;
  private readonly dropFraction: Schedule;
  private readonly timetable: UpdateTimetable;
  private readonly expected: ExpectedExploration;
  private progress: Progress;
  private isUpdating = false;
  private hasReadAll = false;
  private latest: UpdateReport | undefined;

  /**
   * @param model    a compiled model with sparse layers, or any such model if the options name an optimizer
   * @param options  see {@link DSTOptions}
   * @throws RangeError if a number is out of range, or a layer's shape does not fit the structure
   * @throws TypeError if the model is none, a strategy is missing, or there is a `targetRate` and R_s cannot be predicted
   * @throws Error if the model has no sparse layers or no optimizer, its optimizer has trained another model, or `resume` does not belong
   * to it
   */
  constructor(
    private readonly model: tf.LayersModel,
    private readonly options: DSTOptions,
  ) {
    checkModel('DSTScheduler', model);
    checkStrategies(options);
    this.timetable = new UpdateTimetable(options);
    this.weights = sparseWeights(model);
    if (this.weights.length === 0) {
      throw new Error(
        `DSTScheduler: model must have sparse layers, received "${model.name}" with none. Make it with sparsify() or maskedDense().`,
      );
    }
    this.dropFraction = toSchedule(options.dropFraction);
    this.expected = new ExpectedExploration(options);
    const {resume, structure} = options;
    if (structure) checkStructure(this.trainedWeights(), structure);
    const layers = this.topologies();
    const optimizer = this.optimizer();
    if (!options.optimizer) checkOwnSlots(model);
    const place = {layers, optimizer, optimizerSteps: optimizer.iterations};
    this.progress =
      resume === undefined ? beginProgress(layers, options) : resumeProgress(resume, place, this.weights, options);
    if (resume) restoreStrategies(options, resume.strategies);
    this.ready = addCompanions(this.weights, options);
    this.armProbes();
    setScheduler(this.weights, this, options.optimizer);
    guardScheduled(model);
    takePlainCallbacks();
  }

  /** R_s and reliable R_s, per layer and in all, how long connections live, and the history of both. */
  get tracker(): ExplorationTracker {
    const layers = this.topologies();
    const {explored, steps} = this.progress;
    // Also those that came with other weights, by setWeights for instance.
    if (!layers.every(({name, topology}) => topology.equals(explored.topology(name)))) {
      explored.record(
        steps,
        layers.map(({topology}) => topology),
      );
    }
    return explored;
  }

  /** Optimizer steps counted so far. */
  get stepCount(): number {
    return this.progress.steps;
  }

  /** What the latest update did; undefined before the first. */
  get lastUpdate(): UpdateReport | undefined {
    return this.latest;
  }

  /** Whether the gradient at all positions was computed for the latest step, for growth by gradient or a signal. */
  get readsDenseGradient(): boolean {
    return this.hasReadAll;
  }

  /**
   * The R_s to expect when so many optimizer steps were made in all, from the topologies and the explored positions of now on.
   *
   * @throws TypeError if the grower cannot be predicted (gradient growth), or the density follows a schedule
   * @throws RangeError if so many steps were made already
   * @see predictExploration for the assumptions
   */
  predict(steps: number): number {
    return this.expected.rate(this.layersNow(), this.progress.steps, steps);
  }

  /**
   * Says that a training of so many more optimizer steps begins. Warns on the console, once, if these settings will
   * miss `targetRate`, or, without one, if there will be hardly any update. {@link callback} calls it where `fit` knows the number of
   * steps and trains for several epochs. Call it yourself before a custom loop, and before a training of several calls of `fit`, with the
   * steps of all of them: shorter ones within that are not looked at again.
   */
  begin(steps: number): void {
    checkKind('DSTScheduler', 'steps', 'a number', steps, 'Give the optimizer steps that follow.');
    const {steps: made} = this.progress;
    this.expected.warn(this.layersNow(), made, made + steps);
  }

  /**
   * Counts an optimizer step, and updates the connectivity if one is due. At every multiple of the update interval, also where no
   * update is due, and every 1000 steps where it is longer, looks whether the values are finite. A step that was not taken, since its
   * loss was not finite, does not count: see `setNonFinite`.
   *
   * @returns what the update did, or undefined if none was due
   * @throws Error if the previous call has not resolved, weights were changed during an update, another scheduler was made for the
   * model since, no gradient was recorded that a strategy needs, values or gradients are not finite, a strategy returns what it must not, or the optimizer's
   * state cannot be carried
   */
  async step(): Promise<UpdateReport | undefined> {
    checkResolved('step', this.isUpdating);
    checkIsLatest(this.weights, this);
    if (takeRefusal(this.model, this)) return undefined;
    const step = ++this.progress.steps;
    this.hasReadAll = false;
    try {
      this.isUpdating = true;
      await this.ready;
      const signal = await this.foldedSignal();
      if (this.timetable.isUpdate(step)) return await this.update(signal);
      this.progress.signal = signal;
      if (this.timetable.isCheck(step)) await checkValues(this.trainedWeights(), step);
      return undefined;
    } finally {
      this.isUpdating = false;
      this.armProbes();
    }
  }

  /** A callback for `fit` and `fitDataset` that calls {@link step} after every batch. */
  callback(): SchedulerCallback {
    return new SchedulerCallback(this);
  }

  /**
   * The scheduler's state, to be given as `resume` to a scheduler for the loaded model.
   *
   * @throws Error if a call of {@link step} has not resolved: it is counted, and its update not made yet
   */
  toJSON(): SchedulerState {
    // From `onUpdate` on, the latest update is that of this step.
    checkResolved('toJSON', this.isUpdating && this.latest?.step !== this.progress.steps);
    const optimizer = this.optimizer();
    const strategies = saveStrategies(this.options);
    const {steps, random, signal} = this.progress;
    const unused = this.progress.unused.save(this.topologies());
    return {
      ...SCHEDULER_FORMAT,
      step: steps,
      random: random.state(),
      settings: settingsOf(this.options, optimizer),
      optimizerSteps: optimizer.iterations,
      tracker: this.tracker.toJSON(),
      ...(strategies && {strategies}),
      ...(signal && {signal: signal.save(this.weights)}),
      ...(unused && {unused}),
    };
  }

  /**
   * Checks that this scheduler can go on from a saved state as if it had been made with `resume`; for `loadCheckpoint`.
   *
   * @param topologies      of the layers as they will be then
   * @param optimizerSteps  that the optimizer will have made then
   * @returns makes it go on from there, and cannot fail
   * @throws Error as the constructor; nothing is changed
   */
  prepareRestore(state: SchedulerState, topologies: readonly Topology[], optimizerSteps: number): () => void {
    const layers = this.weights.map(({name}, i) => ({name, topology: topologies[i]}));
    const {options} = this;
    const place = {layers, optimizer: this.optimizer(), optimizerSteps};
    const progress = resumeProgress(state, place, this.weights, options);
    const before = saveStrategies(options);
    try {
      restoreStrategies(options, state.strategies);
    } finally {
      restoreStrategies(options, before);
    }
    return () => {
      restoreStrategies(options, state.strategies);
      this.progress = progress;
      this.latest = undefined;
      this.armProbes();
    };
  }

  private layersNow(): LayerForecast[] {
    const trained = new Set(this.trainedWeights());
    return this.weights.map((entry) => {
      const {size, nnz} = entry.weight.topology;
      // Of a frozen layer no connection is replaced.
      return {size, nnz: trained.has(entry) ? nnz : 0, explored: this.tracker.explored(entry.name).count};
    });
  }

  /** The signal with the gradients of the latest step, where it takes them. */
  private async foldedSignal(): Promise<SignalState | undefined> {
    const {signal, steps} = this.progress;
    if (!signal || !this.timetable.readsGradient(steps)) return signal;
    this.hasReadAll = true;
    const before = this.timetable.beginsSignal(steps) ? signal.anew() : signal;
    return before.fold(this.trainedWeights());
  }

  /** Records gradients in the steps whose gradients are looked at, and only then; of a layer that is frozen until then, too. */
  private armProbes(): void {
    const isRead = this.timetable.readsGradient(this.progress.steps + 1);
    for (const {weight} of this.weights) {
      if (isRead) weight.probe.arm();
      else weight.probe.disarm();
    }
  }

  private trainedWeights(): NamedSparseWeight[] {
    return trainedWeights(this.model, this.weights, this.options.optimizer !== undefined);
  }

  private async update(signal: SignalState | undefined): Promise<UpdateReport> {
    const {progress, options} = this;
    const {steps, random, unused: unusedBefore} = progress;
    const optimizer = this.optimizer();
    if (!options.optimizer) checkOwnSlots(this.model);
    const dropFraction = this.dropFraction(steps);
    const randomBefore = random.state();
    const strategiesBefore = saveStrategies(options);
    const updates = new Map<string, TopologyUpdate>();
    const unused = new Map<string, number>();
    if (options.grower.needsGradient || options.structure?.needsGradient) this.hasReadAll = true;
    try {
      const weights = this.trainedWeights();
      const checkUnchanged = watchValues(
        'DSTScheduler.step',
        weights.map(({weight}) => weight),
      );
      const now = {...progress, explored: this.tracker, signal};
      const views = await viewLayers(weights, this.weights.at(-1)!, now, options);
      const rules = updateRules(dropFraction, weights, progress, options);
      const planned = await planUpdates(views, rules, (layer, update) =>
        grownValuesOf(layer.name, update, options.grownValues, random),
      );
      const prepared = await Promise.all(
        planned.map(({update, grownValues}, i) =>
          prepareCarry(weights[i].weight, update, optimizer, grownValues, views[i].values),
        ),
      );
      for (const [i, {update, unused: count}] of planned.entries()) {
        updates.set(weights[i].name, update);
        unused.set(weights[i].name, count);
      }
      const topologies = this.weights.map(({name, weight}) => updates.get(name)?.next ?? weight.topology);
      const sources = this.weights.map(({name}) => updates.get(name)?.source);
      checkUnchanged();
      commitAll(prepared, () => this.tracker.record(steps, topologies, sources));
    } catch (error) {
      progress.random = seededRandom(randomBefore);
      restoreStrategies(options, strategiesBefore);
      throw error;
    }
    progress.signal = signal?.afterUpdate();
    progress.unused = new UnusedConnections(
      this.topologies(),
      this.weights.map(({name, weight}) => unused.get(name) ?? unusedBefore.of(name, weight.topology)),
    );
    const layers = layerUpdates(this.weights, updates, this.tracker.rates());
    const report = {step: steps, dropFraction, layers, explorationRate: this.tracker.rate};
    this.latest = updateReport(report, sizeOf(this.weights));
    options.onUpdate?.(this.latest);
    return this.latest;
  }

  private topologies(): {name: string; topology: Topology}[] {
    return this.weights.map(({name, weight}) => ({name, topology: weight.topology}));
  }

  private optimizer(): tf.Optimizer {
    const optimizer = this.options.optimizer ?? this.model.optimizer;
    if (!optimizer) {
      throw new Error(
        `DSTScheduler: model must be compiled, received "${this.model.name}" without an optimizer. ` +
          'Call model.compile() first, or pass the optimizer of your own loop as an option.',
      );
    }
    return optimizer;
  }
}

function checkResolved(name: string, isRunning: boolean): void {
  if (!isRunning) return;
  throw new Error(
    `DSTScheduler: ${name} must not be called before the last call of step has resolved. Write \`await scheduler.step()\`.`,
  );
}
