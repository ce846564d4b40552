import * as tf from '@tensorflow/tfjs';
import {type NamedSparseWeight, sparseWeights} from '../layers/sparseWeights.ts';
import {setStepped, takePlainCallbacks} from './plainCallbacks.ts';
import {yieldToHost} from './yieldToHost.ts';

/** What a callback runs: any scheduler of these weights. */
export interface SteppedScheduler {
  /** The one that it steps in turn. @defaultValue none */
  readonly scheduler?: object | undefined;
  /** Those that the model in training must have; none for a model that has none. */
  readonly weights: readonly NamedSparseWeight[];
  /** Counts an optimizer step, and updates the connectivity if it is time. @param samples  number of samples of the batch */
  step(samples: number): Promise<unknown>;
  /** Told at the begin of a training how many steps follow, if that is known. */
  begin?(steps: number): void;
}

/** Longest time that training keeps the host waiting, in milliseconds. */
const YIELD_EVERY_MS = 100;

/**
 * Runs a scheduler inside `model.fit` and `model.fitDataset`: one step after every batch.
 *
 * tfjs stops yielding to the host as soon as it is given a `tf.Callback`; this one yields itself, so that a page stays
 * responsive. Other callbacks may stand beside it in a list, plain objects such as `{onEpochEnd}` among them.
 */
export class SchedulerCallback extends tf.Callback {
  private lastYield = 0;
  private hasBegun = false;

  /** Made by `scheduler.callback()`. */
  constructor(private readonly scheduler: SteppedScheduler) {
    super();
    takePlainCallbacks();
    setStepped(this, scheduler.scheduler ?? scheduler);
  }

  /** @throws Error if the model that is trained is not the scheduler's */
  override setModel(model: tf.LayersModel): void {
    super.setModel(model);
    const own = new Set(this.scheduler.weights.map(({weight}) => weight));
    if (own.size > 0 && !sparseWeights(model).some(({weight}) => own.has(weight))) {
      throw new Error(
        `SchedulerCallback: the model in training must be the scheduler's, received "${model.name}" without its layers. ` +
          'Make a scheduler for this model.',
      );
    }
  }

  /** A training begins. */
  override async onTrainBegin(): Promise<void> {
    this.hasBegun = false;
  }

  /** Tells the scheduler, once per training, how many steps follow. */
  override async onEpochBegin(epoch: number): Promise<void> {
    if (this.hasBegun) return;
    this.hasBegun = true;
    // fit knows the samples, fitDataset the steps of an epoch, or nothing: then this is NaN.
    const {epochs, steps, samples, batchSize} = this.params as Record<string, number | null>;
    const perEpoch = steps ?? Math.ceil(samples! / batchSize!);
    const epochsLeft = epochs! - epoch;
    const total = epochsLeft * perEpoch;
    // A single epoch is likely one turn of a loop around fit: nobody knows how many follow.
    if (epochsLeft > 1 && Number.isFinite(total)) this.scheduler.begin?.(total);
  }

  /** Has the scheduler make its step. */
  override async onBatchEnd(_batch: number, logs?: tf.Logs): Promise<void> {
    await this.scheduler.step(logs?.size as number);
    if (performance.now() - this.lastYield < YIELD_EVERY_MS) return;
    await yieldToHost();
    this.lastYield = performance.now();
  }
}
