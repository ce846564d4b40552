import type * as tf from '@tensorflow/tfjs';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {DSTScheduler} from '../training/dstScheduler.ts';
import {isImageShape, isSettings} from './checkLine.ts';

/** Throws unless all layers of a scheduler are those of the model. */
export function checkScheduler(
  model: tf.LayersModel,
  weights: readonly NamedSparseWeight[],
  scheduler: DSTScheduler | undefined,
): void {
  const own = new Set(weights.map(({weight}) => weight));
  if (scheduler && !scheduler.weights.every(({weight}) => own.has(weight))) {
    throw new Error(
      `RunLog: scheduler must be that of the model, received one of other layers than "${model.name}" has. ` +
        'Pass the scheduler that was made for this model.',
    );
  }
}

/** Throws unless the settings are such that a log can be read that begins with them. */
export function checkSettings(settings: unknown = {}): void {
  let refused = describeValue(settings);
  try {
    if (isSettings(JSON.parse(JSON.stringify(settings)))) return;
  } catch (error) {
    refused = (error as Error).message.split('\n')[0];
  }
  throw new TypeError(
    `RunLog: settings must be an object of plain JSON, at most 32 levels deep, received ${refused}. Write {density: 0.05}.`,
  );
}

/** Throws unless a log can hold this as the shape of the inputs. */
export function checkImageShape(shape: unknown): void {
  if (shape === undefined || isImageShape(shape)) return;
  throw new TypeError(
    `RunLog: imageShape must be [height, width] or [height, width, channels], received ${describeValue(shape)}. Write [28, 28].`,
  );
}

/** Throws unless this is the number of an epoch. */
export function checkEpochNumber(number: number): void {
  if (Number.isSafeInteger(number) && number > 0) return;
  throw new RangeError(
    `RunLog: number must be a positive integer, received ${number}. Leave it out to count on from the last epoch.`,
  );
}
