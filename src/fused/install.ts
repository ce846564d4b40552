import * as tf from '@tensorflow/tfjs';
import {isHostBackend} from '../kernels/hostMemory.ts';
import {accelerateBatches} from '../kernels/stock/accelerateBatches.ts';
import {supportsWasmKernels} from '../kernels/wasm/kernelModule.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {beginDeviceStep, observe} from '../layers/nonFinite.ts';
import {isTapeOn} from '../ops/isTapeOn.ts';
import {type DeviceModel, deviceStepFor} from './deviceStep.ts';
import {exclusively} from './exclusively.ts';
import {FusedModel} from './fusedModel.ts';
import {deviceModelOf, fusedModelOf, NO_WASM, releaseModel} from './fusedModels.ts';
import {isKnownTfjs} from './knownTfjs.ts';
import {isFusedStepOn} from './setFusedStep.ts';

type DataFunction = (data: tf.Tensor[]) => tf.Tensor[];
type PredictLoop = (x: tf.Tensor | tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** The methods of `LayersModel` through which everything goes that trains, evaluates and predicts. */
interface Methods {
  makeTrainFunction(): DataFunction;
  makeTestFunction(): void;
  fit(...args: unknown[]): Promise<tf.History>;
  evaluate(...args: unknown[]): tf.Scalar | tf.Scalar[];
  predictLoop(x: tf.Tensor | tf.Tensor[], batchSize?: number, isVerbose?: boolean): tf.Tensor | tf.Tensor[];
  dispose(): object;
}

const prototype = tf.LayersModel.prototype as unknown as Methods;
let uninstall: (() => void) | undefined;
/** Why nothing may stand in for them. */
let obstacle: NotCovered | undefined;

/**
 * Puts the loops, and on webgpu replays, in the place of the methods of `LayersModel` on which `fit`, `fitDataset`,
 * `trainOnBatch`, `evaluate`, `evaluateDataset`, `predict` and `predictOnBatch` rest. Models without sparse layers, and those
 * that are not covered, go as before.
 *
 * @returns puts the methods of tfjs back, but for those that somebody else has replaced since: these call tfjs's
 */
export function installFusedStep(): () => void {
  if (!uninstall) {
    obstacle = findObstacle();
    if (!obstacle) uninstall = install();
  }
  return () => {
    uninstall?.();
    uninstall = undefined;
  };
}

/** Why the methods of tfjs are in their place, whatever the model is. */
export function reasonAgainstInstalling(): NotCovered | undefined {
  return obstacle;
}

function findObstacle(): NotCovered | undefined {
  if (!supportsWasmKernels()) return new NotCovered(NO_WASM);
  if (isKnownTfjs()) return undefined;
  return new NotCovered(`TensorFlow.js ${tf.version['tfjs-layers']} lacks private members that the fused step needs`);
}

function install(): () => void {
  let isInstalled = true;
  const mayStandIn = (model: tf.LayersModel) => isInstalled && isFusedStepOn(model);
  const standIn = <Result>(model: tf.LayersModel, run: () => Result | undefined): Result | undefined =>
    mayStandIn(model) ? exclusively(run) : undefined;
  // With steps fused, the stock kernels would take longer for the batches than the loops for the steps.
  const fastBatches = (model: tf.LayersModel) =>
    isHostBackend() && mayStandIn(model) && fusedModelOf(model) instanceof FusedModel ? accelerateBatches() : undefined;
  const methods: Methods & ThisType<tf.LayersModel> = {
    async fit(...args) {
      const restore = fastBatches(this);
      try {
        return await stock.fit.apply(this, args);
      } finally {
        restore?.();
      }
    },
    evaluate(...args) {
      const restore = fastBatches(this);
      try {
        return stock.evaluate.apply(this, args);
      } finally {
        restore?.();
      }
    },
    makeTrainFunction() {
      const byOps = stock.makeTrainFunction.call(this);
      return (data) => {
        const trained = standIn(this, () => trainFused(this, data) ?? trainReplayed(this, data, byOps));
        return trained ?? byOps(data);
      };
    },
    makeTestFunction() {
      stock.makeTestFunction.call(this);
      const fields = this as unknown as {testFunction: DataFunction};
      const byOps = fields.testFunction;
      fields.testFunction = (data) => {
        const result = standIn(this, () => evaluateFused(this, data) ?? evaluateReplayed(this, data, byOps));
        return result ?? byOps(data);
      };
    },
    predictLoop(x, batchSize = 32, isVerbose) {
      const byOps: PredictLoop = (batch) => stock.predictLoop.call(this, batch, batchSize, isVerbose);
      const predicted = isVerbose
        ? undefined
        : standIn(this, () => predictFused(this, x) ?? predictReplayed(this, x, batchSize, byOps));
      return predicted ?? byOps(x);
    },
    dispose() {
      releaseModel(this);
      return stock.dispose.call(this);
    },
  };
  const names = Object.keys(methods) as (keyof Methods)[];
  const stock = Object.fromEntries(names.map((name) => [name, prototype[name]])) as unknown as Methods;
  Object.assign(prototype, methods);
  return () => {
    isInstalled = false;
    for (const name of names) if (prototype[name] === methods[name]) Object.assign(prototype, {[name]: stock[name]});
  };
}

/** A step on a batch of inputs, targets and sample weights; undefined where stock ops must take it. */
function trainFused(model: tf.LayersModel, [x, target, sampleWeight]: tf.Tensor[]): tf.Tensor[] | undefined {
  return fusedFor(model, x)?.train(x, target, sampleWeight ?? undefined);
}

function evaluateFused(model: tf.LayersModel, [x, target]: tf.Tensor[]): tf.Tensor[] | undefined {
  return fusedFor(model, x)?.evaluate(x, target);
}

function predictFused(model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | undefined {
  const [x, ...others] = [inputs].flat();
  return others.length === 0 ? fusedFor(model, x)?.predict(x) : undefined;
}

/** The model in the heap, if there it can take such an input; within `tf.grad` and `optimizer.minimize` only single ops are differentiated. */
function fusedFor(model: tf.LayersModel, x: tf.Tensor): FusedModel | undefined {
  if (!isHostBackend() || x.dtype !== 'float32' || isTapeOn()) return undefined;
  const fused = fusedModelOf(model);
  return fused instanceof FusedModel ? fused : undefined;
}

function trainReplayed(model: tf.LayersModel, data: tf.Tensor[], byOps: DataFunction): tf.Tensor[] | undefined {
  const given = data.filter((tensor) => tensor != null);
  // With weights for some outputs only it would not be known for which.
  const isOrdered = [1, 2].some((tensors) => given.length === model.inputs.length + tensors * model.outputs.length);
  const replayed = isOrdered ? replayedFor(model) : undefined;
  if (!replayed) return undefined;
  beginDeviceStep(model);
  const outputs = replayed.train(given, byOps);
  observe(model, outputs[0]);
  return outputs;
}

/** Without weights, of which tfjs's `evaluate` takes no notice. */
function evaluateReplayed(model: tf.LayersModel, data: tf.Tensor[], byOps: DataFunction): tf.Tensor[] | undefined {
  return replayedFor(model)?.evaluate(data.slice(0, model.inputs.length + model.outputs.length), byOps);
}

/** Batch by batch, as tfjs does. */
function predictReplayed(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  batchSize: number,
  predictLoop: PredictLoop,
): tf.Tensor | tf.Tensor[] | undefined {
  const inputs = [x].flat();
  const samples = inputs[0].shape[0];
  const replayed = samples > 0 && inputs.every(({shape}) => shape[0] === samples) ? replayedFor(model) : undefined;
  if (!replayed) return undefined;
  const byOps: DataFunction = (batch) => [predictLoop(batch)].flat();
  const outputs = tf.tidy(() => {
    if (samples <= batchSize) return replayed.predict(inputs, byOps);
    const batches: tf.Tensor[][] = [];
    for (let begin = 0; begin < samples; begin += batchSize) {
      const count = Math.min(batchSize, samples - begin);
      const batch = inputs.map((input) => input.slice(begin, count));
      batches.push(replayed.predict(batch, byOps));
    }
    return batches[0].map((_, output) => tf.concat(batches.map((batch) => batch[output])));
  });
  return outputs.length === 1 ? outputs[0] : outputs;
}

/** The model on the device, if it is computed there and its steps can be replayed. */
function replayedFor(model: tf.LayersModel): DeviceModel | undefined {
  const isThere = deviceStepFor(tf.backend()) !== undefined && !isTapeOn();
  const replayed = isThere ? deviceModelOf(model) : undefined;
  return replayed instanceof NotCovered ? undefined : replayed;
}
