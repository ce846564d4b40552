import * as tf from '@tensorflow/tfjs';
import {keptFor} from '../layers/keptFor.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {describeValue} from '../topology/describeValue.ts';

/**
 * The flag of TensorFlow.js that holds the setting for all models: `tf.env().set('ITOP_FUSED_STEP', false)`, the address of a
 * page with `?tfjsflags=ITOP_FUSED_STEP:false`, or in Node the environment variable `ITOP_FUSED_STEP=0`.
 */
const FLAG = 'ITOP_FUSED_STEP';

tf.env().registerFlag(FLAG, () => typeof process !== 'object' || process.env?.[FLAG] !== '0');

const settings = keptFor<{isOn?: boolean | undefined}>(() => ({}));

/**
 * Turns the fused step, and on `webgpu` the replayed step, on or off. Without it everything runs by the single ops of
 * TensorFlow.js: slower, with the same results. The setting acts from the next step, evaluation or prediction on.
 *
 * @param isOn   false for single ops
 * @param model  the model that is meant; it keeps its setting when it is compiled again. @defaultValue all models that have none
 *   of their own
 *
 * @example
 * setFusedStep(false); // compare: are losses and predictions the same?
 * setFusedStep(true, model);
 */
export function setFusedStep(isOn: boolean, model?: tf.LayersModel): void {
  if (typeof isOn !== 'boolean') {
    throw new TypeError(`setFusedStep: isOn must be a boolean, received ${describeValue(isOn)}. Write true or false.`);
  }
  if (model) {
    ensureBuilt('setFusedStep', model);
    settings.of(model).isOn = isOn;
  } else tf.env().set(FLAG, isOn);
}

/** True if the fused or the replayed step may stand in for the single ops of a model. */
export function isFusedStepOn(model: tf.LayersModel): boolean {
  return settings.of(model).isOn ?? tf.env().getBool(FLAG);
}
