import * as tf from '@tensorflow/tfjs';
import {isHostBackend} from '../kernels/hostMemory.ts';
import {supportsWasmKernels} from '../kernels/wasm/kernelModule.ts';
import {FusedStep} from './fusedStep.ts';
import {releaseStep, stepOf} from './steps.ts';

type TrainFunction = (data: tf.Tensor[]) => tf.Tensor[];

const prototype = tf.LayersModel.prototype as unknown as {
  makeTrainFunction(): TrainFunction;
  dispose(): object;
};
const {makeTrainFunction: makeStockFunction, dispose} = prototype;

/**
 * Puts the fused step in the place of `LayersModel.makeTrainFunction`, through which `fit`, `fitDataset` and `trainOnBatch` train.
 * Models without sparse layers, and those that a plan does not cover, train as before.
 *
 * @returns puts the functions of tfjs back
 */
export function installFusedStep(): () => void {
  if (supportsWasmKernels()) {
    prototype.makeTrainFunction = function (this: tf.LayersModel): TrainFunction {
      const stock = makeStockFunction.call(this);
      return (data) => trainFused(this, data) ?? stock(data);
    };
    prototype.dispose = function (this: tf.LayersModel) {
      releaseStep(this);
      return dispose.call(this);
    };
  }
  return () => {
    prototype.makeTrainFunction = makeStockFunction;
    prototype.dispose = dispose;
  };
}

/** A step on a batch of inputs, targets and sample weights; undefined where stock ops must take it. */
function trainFused(model: tf.LayersModel, [x, target, sampleWeight]: tf.Tensor[]): tf.Tensor[] | undefined {
  if (sampleWeight != null || !isHostBackend() || x.dtype !== 'float32') return undefined;
  const step = stepOf(model);
  return step instanceof FusedStep && step.isReady ? step.run(x, target) : undefined;
}
