import type * as tf from '@tensorflow/tfjs';
import type {NotCovered} from '../layers/kinds/notCovered.ts';

type DataFunction = (data: tf.Tensor[]) => tf.Tensor[];

/** A model whose steps run on a device as a whole; `byOps` is what tfjs would do. */
export interface DeviceModel {
  train(data: tf.Tensor[], byOps: DataFunction): tf.Tensor[];
  evaluate(data: tf.Tensor[], byOps: DataFunction): tf.Tensor[];
  predict(inputs: tf.Tensor[], byOps: DataFunction): tf.Tensor[];
  /** Not a plan but a reason where the model trains by single ops. */
  trainingPlan(): object | NotCovered;
  release(): void;
}

/** Steps as a whole on the device of a backend. */
export interface DeviceStep {
  runsOn(backend: tf.KernelBackend): boolean;
  /** @throws NotCovered if a step of the model may do something else each time */
  create(model: tf.LayersModel): DeviceModel;
}

let brought: DeviceStep | undefined;

/** Has models on a device train by these steps: the entry `itop/webgpu` brings the replayed step. */
export function bringDeviceStep(step: DeviceStep): void {
  brought = step;
}

/** The steps for the device of a backend, if they were brought. */
export function deviceStepFor(backend: tf.KernelBackend): DeviceStep | undefined {
  return brought?.runsOn(backend) ? brought : undefined;
}
