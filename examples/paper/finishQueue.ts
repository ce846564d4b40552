import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {writeWhole} from '../quickstart/download.ts';

/** What is told of a training as soon as it is done. */
export interface QueuedResult {
  /** Share of the test images classified correctly, in [0, 1]. */
  readonly testAccuracy: number;
  /** R_s, in [0, 1]. */
  readonly explorationRate: number;
  /** Wall-clock time. */
  readonly seconds: number;
}

/** Ends a training that has no time to finish; it goes on another time. */
export class OutOfTime extends Error {}

/** How the trainings of a queue are named and run. */
export interface FinishOptions<Settings> {
  /** One JSON file per training; those that are there are not trained again. */
  readonly resultsFolder: string;
  /** Name of a training and of its file. */
  readonly nameOf: (settings: Settings) => string;
  /** Trains, and writes the file. @throws OutOfTime to end the queue */
  readonly run: (settings: Settings) => Promise<QueuedResult>;
  readonly log: (message: string) => void;
  /** No training begins when it is false. @defaultValue always true */
  readonly hasTime?: () => boolean;
}

/** Runs what has no file yet, one after the other: a queue that was interrupted goes on where it was. */
export async function finishQueue<Settings>(
  queue: readonly Settings[],
  {resultsFolder, nameOf, run, log, hasTime = () => true}: FinishOptions<Settings>,
): Promise<void> {
  const open = queue.filter((settings) => !existsSync(resultPath(resultsFolder, nameOf(settings))));
  log(`${queue.length} trainings, ${queue.length - open.length} of them done.`);
  for (const [i, settings] of open.entries()) {
    if (!hasTime()) {
      log(`Out of time: ${open.length - i} trainings are left.`);
      return;
    }
    const result = await run(settings).catch((error: unknown) => {
      if (error instanceof OutOfTime) return error;
      throw error;
    });
    if (result instanceof OutOfTime) {
      log(
        `Out of time: ${nameOf(settings)} ${result.message}, it goes on from there. ${open.length - i} trainings are left.`,
      );
      return;
    }
    const {testAccuracy, explorationRate, seconds} = result;
    log(
      `${i + 1}/${open.length} ${nameOf(settings)}: test accuracy ${(100 * testAccuracy).toFixed(2)} %, ` +
        `R_s ${explorationRate.toFixed(3)}, ${seconds.toFixed(0)} s`,
    );
  }
}

/** The file of a training. */
export function resultPath(resultsFolder: string, name: string): string {
  return join(resultsFolder, `${name}.json`);
}

/** Writes a result whole, or not at all. */
export function writeResult(path: string, result: object): Promise<void> {
  return writeWhole(path, new TextEncoder().encode(`${JSON.stringify(result)}\n`));
}
