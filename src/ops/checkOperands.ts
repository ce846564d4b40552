import type * as tf from '@tensorflow/tfjs';
import {checkKind} from '../topology/checkKind.ts';
import type {Topology} from '../topology/topology.ts';

/** Checks that `values` are the values of this topology. */
export function checkValues(op: string, values: tf.Tensor, topology: Topology): void {
  checkKind(op, 'topology', 'a Topology', topology, 'Make one with Topology.random(shape, nnz, random).');
  checkKind(op, 'values', 'a tensor', values, 'Pass one value per slot of the topology.');
  if (values.rank !== 1 || values.shape[0] !== topology.nnz || values.dtype !== 'float32') {
    throw new RangeError(
      `${op}: values must be float32 of shape [${topology.nnz}] to match the active connections, received ${values.dtype} ` +
        `of shape [${values.shape}]. Pass one value per slot of the topology.`,
    );
  }
}

/** Checks that the other operand is float32: kernels read its memory as such. */
export function checkFloat(op: string, x: tf.Tensor): void {
  checkKind(op, 'x', 'a tensor', x, 'Pass a batch as a float32 tensor.');
  if (x.dtype !== 'float32') {
    throw new TypeError(`${op}: x must be float32, received ${x.dtype}. Convert it with x.cast('float32').`);
  }
}
