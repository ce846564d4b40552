import type {ReplayedStep} from './replayedStep.ts';
import {areSame, type StepAssumptions} from './stepAssumptions.ts';

/** Bytes of the device that steps for further shapes may take, together with the others of their kind. */
const MOST_BYTES = 2 ** 28;

/** Steps that are kept however large they are: for whole batches, and for the last of an epoch. */
const LEAST_STEPS = 2;

/** Steps by ops at most between two recordings that were of no use. */
const LONGEST_WAIT = 256;

interface KeptStep {
  readonly step: ReplayedStep;
  readonly objects: readonly unknown[];
  replays: number;
}

type Steps = Map<string, KeptStep>;

/** Gives back the memory of steps whose model is gone. */
const forgotten = new FinalizationRegistry(releaseAll);

/** The steps of a model that can be replayed, and when it is time to record another. */
export class KeptSteps {
  /** By shape, the one that was used last at the end. */
  private readonly steps: Steps = new Map();
  /** The shapes of batches that were there before; who comes once is not recorded. */
  private readonly seen = new Set<string>();
  /** What the steps were recorded with. */
  private setting: readonly unknown[] = [];
  /** Steps by ops before the next recording. */
  private wait = 0;
  /** Recordings in a row that were of no use. */
  private wasted = 0;

  constructor(private readonly mostBytes = MOST_BYTES) {
    // The steps alone: the setting has functions of the user's, through which a model could be reached.
    forgotten.register(this, this.steps);
  }

  next({key, objects, setting}: StepAssumptions): ReplayedStep | 'record' | 'by ops' {
    this.follow(setting);
    const known = this.steps.get(key);
    if (known?.step.isValid() && areSame(known.objects, objects)) {
      known.replays++;
      this.steps.delete(key);
      this.steps.set(key, known);
      return known.step;
    }
    if (known) {
      // After a connectivity update, for the most part. A step that was replayed once has not yet paid for itself.
      this.backOff(known.replays < 2);
      this.release();
    }
    const isNew = !this.seen.has(key);
    this.seen.add(key);
    if (this.wait > 0) this.wait--;
    else if (!isNew) return 'record';
    return 'by ops';
  }

  /**
   * Keeps a step, and drops those that were not used for longest until the others have room.
   *
   * @param step  undefined if what was recorded cannot be replayed
   */
  add({key, objects}: StepAssumptions, step: ReplayedStep | undefined): void {
    if (!step) {
      this.backOff(true);
      return;
    }
    this.steps.set(key, {step, objects, replays: 0});
    let bytes = [...this.steps.values()].reduce((sum, {step}) => sum + step.bytes, 0);
    for (const [oldKey, {step}] of this.steps) {
      if (bytes <= this.mostBytes || this.steps.size <= LEAST_STEPS) return;
      bytes -= step.bytes;
      step.release();
      this.steps.delete(oldKey);
      // Where more shapes take turns than have room, each would be recorded in the place of one that comes next.
      this.backOff(true);
    }
  }

  /** Gives the memory back; the next steps take it anew. */
  release(): void {
    releaseAll(this.steps);
  }

  private follow(setting: readonly unknown[]): void {
    if (areSame(setting, this.setting)) return;
    this.release();
    this.setting = setting;
    this.wait = 0;
    this.wasted = 0;
  }

  private backOff(isWasted: boolean): void {
    this.wasted = isWasted ? this.wasted + 1 : 0;
    this.wait = isWasted ? Math.min(2 ** this.wasted, LONGEST_WAIT) : 0;
  }
}

function releaseAll(steps: Steps): void {
  for (const {step} of steps.values()) step.release();
  steps.clear();
}
