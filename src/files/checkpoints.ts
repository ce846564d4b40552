import {type NamedSparseWeight, sparseWeights} from '../layers/sparseWeights.ts';
import {checkKind, checkModel, checkNames} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {SchedulerCallback, type SteppedScheduler} from '../training/schedulerCallback.ts';
import {CHECKPOINT_NAMES, type CheckpointParts, saveCheckpoint} from './saveCheckpoint.ts';
import {checkTarget, type FileTarget} from './store.ts';

/** What {@link Checkpoints} saves, and how often. */
export interface CheckpointsOptions extends Omit<CheckpointParts, 'data'> {
  /** Asked at every save for what else the training needs to go on, as plain JSON. @defaultValue nothing */
  readonly data?: () => unknown;
  /** Steps between two saves. @defaultValue none are counted */
  readonly everySteps?: number;
  /** Minutes between two saves. @defaultValue none are counted */
  readonly everyMinutes?: number;
}

/**
 * Saves a training now and then, and at its end: every so many steps, or minutes, whichever comes first.
 *
 * Give {@link callback} to `fit`, after the scheduler's. In a loop of your own call {@link step} after that of the scheduler and
 * {@link save} at the end, or {@link save} alone, whenever you want one.
 *
 * @example
 * const checkpoints = new Checkpoints(folderStore('checkpoints'), {model, scheduler, everyMinutes: 5});
 * await model.fit(x, y, {epochs: 10, callbacks: [scheduler.callback(), checkpoints.callback()]});
 */
export class Checkpoints implements SteppedScheduler {
  /** The sparse weights of the model. */
  readonly weights: readonly NamedSparseWeight[];
  private stepsSince = 0;
  private savedAt = performance.now();
  /** Of the optimizer when the last call of {@link step} saved; undefined where it did not. */
  private savedIteration?: number;

  /**
   * @param target   as of `saveCheckpoint`
   * @throws RangeError if a number is out of range
   * @throws TypeError if the target or the model is none
   */
  constructor(
    private readonly target: FileTarget,
    private readonly options: CheckpointsOptions,
  ) {
    checkTarget('Checkpoints', target);
    checkKind('Checkpoints', 'options', 'an object', options, 'Write {model, scheduler, everySteps: 1000}.');
    checkNames<CheckpointsOptions>('Checkpoints', options, {...CHECKPOINT_NAMES, everySteps: 1, everyMinutes: 1});
    checkModel('Checkpoints', options.model);
    this.weights = sparseWeights(options.model);
    for (const name of ['everySteps', 'everyMinutes'] as const) {
      const every = options[name];
      if (every === undefined || (typeof every === 'number' && every > 0)) continue;
      throw new RangeError(
        `Checkpoints: ${name} must be positive, received ${describeValue(every)}. Leave it out to save at the end only.`,
      );
    }
  }

  /** Counts an optimizer step, and saves if it is time. */
  async step(): Promise<void> {
    const {everySteps = Number.POSITIVE_INFINITY, everyMinutes = Number.POSITIVE_INFINITY} = this.options;
    this.stepsSince++;
    this.savedIteration = undefined;
    const minutes = (performance.now() - this.savedAt) / 60_000;
    if (this.stepsSince < everySteps && minutes < everyMinutes) return;
    await this.write();
    this.savedIteration = this.iteration;
  }

  /** Saves now, unless {@link step} has done so at this step. @throws as `saveCheckpoint` */
  async save(): Promise<void> {
    if (this.savedIteration === undefined || this.savedIteration !== this.iteration) await this.write();
  }

  /** Steps that the optimizer has made, also those of which nobody told. */
  private get iteration(): number | undefined {
    const {model, optimizer = model.optimizer} = this.options;
    return optimizer?.iterations;
  }

  private async write(): Promise<void> {
    const {data, everySteps: _, everyMinutes: __, ...parts} = this.options;
    await saveCheckpoint(this.target, {...parts, data: data?.()});
    this.stepsSince = 0;
    this.savedAt = performance.now();
  }

  /** A callback for `fit` and `fitDataset`; in the list it comes after that of the scheduler or the log. */
  callback(): SchedulerCallback {
    return new CheckpointCallback(this);
  }
}

class CheckpointCallback extends SchedulerCallback {
  constructor(private readonly checkpoints: Checkpoints) {
    super(checkpoints);
  }

  override async onTrainEnd(): Promise<void> {
    await this.checkpoints.save();
  }
}
