import * as tf from '@tensorflow/tfjs';
import {isHostBackend} from '../kernels/hostMemory.ts';
import {accept, beginDeviceStep, checkEpoch, observe, policyOf, refuse} from '../layers/nonFinite.ts';
import {sparseWeights} from '../layers/sparseWeights.ts';
import {type RandomState, seededRandom} from '../topology/random.ts';
import {HostWeight} from '../weights/hostWeight.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import {variableOf} from '../weights/tfjsInternals.ts';
import {noteTrainer} from '../weights/trainers.ts';
import {fieldsOf} from './compiledModel.ts';
import {drawingFromSource, rememberDraws} from './dropoutSource.ts';
import {isStandInUnderWay} from './exclusively.ts';

type DataFunction = (data: tf.Tensor[]) => tf.Tensor[];

let isInstalled = false;

/** Looks at the loss where steps do not: on devices. */
class EpochGuard extends tf.Callback {
  override onEpochEnd(_epoch: number, logs?: tf.Logs): Promise<void> {
    return checkEpoch(this.model, logs?.loss as unknown as tf.Scalar);
  }
}

/**
 * Has the training steps that tfjs takes by single ops follow the policy for losses that are not finite, see `setNonFinite`, and draw from the
 * model's source, see `seedDropout`; and remembers what trains a model.
 */
export function guardOps(): void {
  if (isInstalled) return;
  isInstalled = true;
  // For every training, however little it shows.
  tf.registerCallbackConstructor(0, EpochGuard);
  const prototype = tf.LayersModel.prototype as unknown as {makeTrainFunction(): DataFunction};
  const {makeTrainFunction} = prototype;
  prototype.makeTrainFunction = function (this: tf.LayersModel) {
    noteTrainerOf(this);
    const byOps = makeTrainFunction.call(this);
    const step: DataFunction = (data) => drawingFromSource(this, () => byOps(data));
    return (data) => {
      if (isHostBackend()) return policyOf(this) === 'ignore' ? step(data) : guarded(this, () => step(data));
      // It draws for itself.
      if (isStandInUnderWay()) return byOps(data);
      beginDeviceStep(this);
      const outputs = step(data);
      observe(this, outputs[0]);
      return outputs;
    };
  };
}

/** The known trainer of each list of weights; compiling makes another list. */
const noted = new WeakMap<readonly tf.LayerVariable[], tf.Optimizer>();

/** Whatever takes the steps of a compiled model, its optimizer is remembered. */
function noteTrainerOf(model: tf.LayersModel): void {
  const {optimizer} = model;
  const {collectedTrainableWeights: weights} = fieldsOf(model);
  if (noted.get(weights) === optimizer) return;
  noted.set(weights, optimizer);
  noteTrainer(optimizer, weights.map(variableOf));
}

/** A step of stock ops, which is not taken if its loss is not finite. */
function guarded(model: tf.LayersModel, step: () => tf.Tensor[]): tf.Tensor[] {
  const fields = fieldsOf(model);
  const optimizer = fields.optimizer_ as tf.Optimizer;
  if (optimizer.minimize !== tf.Optimizer.prototype.minimize) return lookedAt(model, step());
  const averages = movingAverages(model);
  const draws = drawsOf(model);
  const putBack = rememberDraws(model);
  const looksAtGradients = policyOf(model) === 'skip';
  let isTaken = true;
  fields.optimizer_ = {
    // As that of tfjs's Optimizer.
    minimize(loss, _, variables) {
      const {value, grads} = optimizer.computeGradients(loss, variables);
      isTaken = (looksAtGradients ? [value, ...Object.values(grads)] : [value]).every(isAllFinite);
      if (isTaken) optimizer.applyGradients(variables!.map(({name}) => ({name, tensor: grads[name]})));
      tf.dispose(grads);
      return value;
    },
  };
  try {
    const outputs = step();
    if (isTaken) {
      accept(model);
      return outputs;
    }
    for (const {variable, before} of averages) variable.assign(before);
    for (const {weight, before} of draws) weight.random = seededRandom(before);
    putBack();
    return refuse(model, outputs);
  } finally {
    fields.optimizer_ = optimizer;
    for (const {before} of averages) before.dispose();
  }
}

/** A step that was taken whatever its loss is, by an optimizer that has a way of its own. */
function lookedAt(model: tf.LayersModel, outputs: tf.Tensor[]): tf.Tensor[] {
  if (isAllFinite(outputs[0])) return outputs;
  if (policyOf(model) === 'skip') {
    tf.dispose(outputs);
    throw new Error(
      `setNonFinite: policy 'skip' must be used with an optimizer that has the minimize of TensorFlow.js, received a loss that is ` +
        "not finite and another minimize. Choose 'stop' or 'throw', or skip such steps there.",
    );
  }
  return refuse(model, outputs);
}

/** The variables that a forward pass changes, as they are now. */
function movingAverages(model: tf.LayersModel): {variable: tf.Variable; before: tf.Tensor}[] {
  return model.nonTrainableWeights
    .filter((weight) => !(weight instanceof HostWeight))
    .map((weight) => weight.read() as tf.Variable)
    .map((variable) => ({variable, before: tf.keep(variable.clone())}));
}

/** From where reparameterizations draw next. */
function drawsOf(model: tf.LayersModel): {weight: SparseWeight; before: RandomState}[] {
  return sparseWeights(model).flatMap(({weight}) => (weight.random ? [{weight, before: weight.random.state()}] : []));
}

function isAllFinite(tensor: tf.Tensor | null | undefined): boolean {
  return tensor == null || tf.tidy(() => tensor.isFinite().all().dataSync()[0] !== 0);
}
