import type {LayerTrainingFlops} from '../flops/flopsLedger.ts';
import {describeValue} from '../topology/describeValue.ts';
import {isCount} from '../topology/foreignValue.ts';

/** The counts of a `RunLog` at one moment; plain JSON. */
export interface RunLogState {
  /** Tells it from other JSON. */
  readonly format: 'itop-run-state';
  /** Of the layout. */
  readonly version: 1;
  /** Optimizer steps made. */
  readonly step: number;
  /** Epochs ended. */
  readonly epoch: number;
  /** Time of training, pauses not counted. */
  readonly seconds: number;
  /** Operations so far, layer by layer. */
  readonly flops: readonly LayerTrainingFlops[];
}

/** What tells a saved state from other JSON, and its layout from later ones. */
export const STATE_FORMAT = {format: 'itop-run-state', version: 1} as const;

/**
 * @param step  where the scheduler is, if there is one
 * @throws Error if a state was not saved by a log, is damaged, or was not saved together with the scheduler
 */
export function checkState(state: RunLogState, step: number | undefined): void {
  const {format, version, step: saved, epoch, seconds, flops} = (state ?? {}) as Partial<RunLogState>;
  if (format !== STATE_FORMAT.format || version !== STATE_FORMAT.version) {
    throw new Error(
      `RunLog: resume must be of the format itop-run-state, version 1, received ${describeValue(format)}, version ${describeValue(version)}. ` +
        'Pass what toJSON() of a log returned.',
    );
  }
  const isTime = Number.isFinite(seconds) && seconds! >= 0;
  if (!isCount(saved) || !isCount(epoch) || !isTime || !Array.isArray(flops)) {
    throw new Error(
      `RunLog: resume must be what toJSON() returned, received one of step ${describeValue(saved)}, epoch ${describeValue(epoch)}, after ${describeValue(seconds)} seconds. ` +
        'It was damaged: load it again, or use an earlier one.',
    );
  }
  if (step !== undefined && saved !== step) {
    throw new Error(
      `RunLog: resume must be of step ${step} like the scheduler, received step ${saved}. Save both at the same time.`,
    );
  }
}
