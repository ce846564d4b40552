import type * as tf from '@tensorflow/tfjs';
import {replaceKernels} from '../../kernels/stock/replaceKernels.ts';
import {filterGradients} from '../../kernels/webgpu/filterGradients.ts';
import {sharingStaged} from '../../kernels/webgpu/staging.ts';
import {substitute} from '../../kernels/webgpu/substitute.ts';
import {type DropoutLayer, dropout as dropoutKind} from '../../layers/kinds/dropout.ts';
import {kindOf} from '../../layers/kinds/kindOf.ts';
import {walkLayers} from '../../layers/walkLayers.ts';
import {fieldsOf} from '../compiledModel.ts';
import {stockLoss} from '../lossFunctions.ts';
import type {OptimizerPlan} from '../optimizers.ts';
import {batchNormalization, isNormalization} from './batchNormalization.ts';
import {categoricalCrossentropy} from './categoricalCrossentropy.ts';
import {dropout} from './dropout.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {gpuOptimizer} from './gpuOptimizer.ts';
import {isRelu, normalizationsBeforeRelu, relu} from './relu.ts';
import {replaceSoftmaxGradient} from './softmax.ts';

/** What changes from step to step. */
export interface StepNumbers {
  /** What `plan.hyper()` gives, float32. */
  readonly hyper: tf.Tensor;
  /** float32 `[]` in [0, 1). */
  readonly seed: tf.Tensor;
}

/**
 * Runs a model's train function with programs of the library's own in the place of what would be wrong in a replay, the
 * optimizer's numbers and dropout's masks, and of what takes many stock ops.
 */
export function withGpuForms<Result>(
  backend: ReplayBackend,
  model: tf.LayersModel,
  optimizer: OptimizerPlan,
  {hyper, seed}: StepNumbers,
  run: () => Result,
): Result {
  const fields = fieldsOf(model);
  const lossFunctions = fields.lossFunctions.map((stock, i) =>
    stock === stockLoss('categoricalCrossentropy') && model.outputs[i].shape.length === 2
      ? categoricalCrossentropy(backend)
      : stock,
  );
  const substitutes = [
    substitute(fields, {optimizer_: gpuOptimizer(backend, optimizer, hyper), lossFunctions}),
    ...[...layerForms(backend, model, seed)].map(([layer, form]) => inTraining(layer, form)),
    replaceSoftmaxGradient(backend),
    replaceKernels(filterGradients),
  ];
  try {
    return sharingStaged(backend, run);
  } finally {
    for (const putBack of substitutes) putBack();
  }
}

/** Runs a model's train function by single ops, but for dropout, whose masks come from the seed of the step. */
export function withDropout<Result>(
  backend: ReplayBackend,
  model: tf.LayersModel,
  seed: tf.Tensor,
  run: () => Result,
): Result {
  const substitutes = [...dropoutForms(backend, model, seed)].map(([layer, form]) => inTraining(layer, form));
  try {
    return run();
  } finally {
    for (const putBack of substitutes) putBack();
  }
}

type Form = (x: tf.Tensor) => tf.Tensor;

/** Has a layer take its form, but where a loss or a metric asks for predictions meanwhile. @returns gives it back its own */
function inTraining(layer: tf.layers.Layer, form: Form): () => void {
  const stock = layer.call.bind(layer);
  return substitute(layer, {
    call: (inputs, kwargs) => (kwargs?.training ? form([inputs].flat()[0]) : stock(inputs, kwargs)),
  });
}

function dropoutForms(backend: ReplayBackend, model: tf.LayersModel, seed: tf.Tensor): Map<tf.layers.Layer, Form> {
  const forms = new Map<tf.layers.Layer, Form>();
  for (const [place, {layer}] of walkLayers(model).entries()) {
    if (kindOf(layer) === dropoutKind) forms.set(layer, dropout(backend, layer as DropoutLayer, seed, place));
  }
  return forms;
}

/** Layers of a model that have a form of their own in training. */
function layerForms(backend: ReplayBackend, model: tf.LayersModel, seed: tf.Tensor): Map<tf.layers.Layer, Form> {
  const pairs = normalizationsBeforeRelu(model);
  const fusedRelus = new Set(pairs.values());
  const forms = dropoutForms(backend, model, seed);
  for (const {layer} of walkLayers(model)) {
    if (fusedRelus.has(layer)) forms.set(layer, (x) => x);
    else if (isRelu(layer)) forms.set(layer, relu(backend));
    else if (isNormalization(layer)) forms.set(layer, batchNormalization(backend, layer, pairs.has(layer)));
  }
  return forms;
}
