import type * as tf from '@tensorflow/tfjs';
import type {FusedActivation} from '../../ops/kernelNames.ts';
import type {Frame} from './frame.ts';

/** The inputs of a kernel by name; those that are optional may be missing. */
export type Operands = Readonly<Record<string, tf.TensorInfo>>;

/** A kernel on a frame. */
export interface WasmKernel<Attrs> {
  readonly kernelName: string;
  run(frame: Frame, inputs: Operands, attrs: Attrs): tf.TensorInfo | tf.TensorInfo[];
}

/** The activation as the loops take it: the lowest output. */
export function floorOf(activation: FusedActivation = 'linear'): number {
  return activation === 'relu' ? 0 : Number.NEGATIVE_INFINITY;
}
