import type * as tf from '@tensorflow/tfjs';
import type {Topology} from '../topology/topology.ts';

/** Checks that `values` are the values of this topology. */
export function checkValues(op: string, values: tf.Tensor, topology: Topology): void {
  if (values.rank !== 1 || values.shape[0] !== topology.nnz || values.dtype !== 'float32') {
    throw new RangeError(
      `${op}: values must be float32 of shape [${topology.nnz}] to match the active connections, received ${values.dtype} ` +
        `of shape [${values.shape}]. Pass one value per slot of the topology.`,
    );
  }
}

/** Checks that the other operand is float32: kernels read its memory as such. */
export function checkFloat(op: string, x: tf.Tensor): void {
  if (x.dtype !== 'float32') {
    throw new TypeError(`${op}: x must be float32, received ${x.dtype}. Convert it with x.cast('float32').`);
  }
}
