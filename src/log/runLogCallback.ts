import type * as tf from '@tensorflow/tfjs';
import {SchedulerCallback, type SteppedScheduler} from '../training/schedulerCallback.ts';

/** What a callback writes to. */
export interface LoggedRun extends SteppedScheduler {
  /** Writes the line of an epoch. @param number  of the epoch at least, 1 for the first */
  epoch(metrics: Readonly<Record<string, number>>, number: number): void;
  /** Writes the pictures of the topologies. */
  pictures(): void;
}

/** Runs a log, and the scheduler of its model, inside `model.fit` and `model.fitDataset`. Made by `log.callback()`. */
export class RunLogCallback extends SchedulerCallback {
  constructor(private readonly log: LoggedRun) {
    super(log);
  }

  /** Has the log write the line of the epoch. */
  override async onEpochEnd(epoch: number, logs: tf.Logs = {}): Promise<void> {
    // Scalars that a callback before this one has not read yet.
    const values = Object.entries(logs as Record<string, number | tf.Scalar>).map(
      async ([name, value]) => [name, typeof value === 'number' ? value : (await value.data())[0]] as const,
    );
    this.log.epoch(Object.fromEntries(await Promise.all(values)), epoch + 1);
  }

  /** Has the log write the pictures of the topologies. */
  override async onTrainEnd(): Promise<void> {
    this.log.pictures();
  }
}
