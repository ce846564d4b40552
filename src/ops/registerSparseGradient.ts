import * as tf from '@tensorflow/tfjs';
import {runSparseKernel} from './dispatch.ts';
import {outputGradient} from './fusedOutput.ts';
import type {RowRange, SparseMatMulAttrs} from './kernelNames.ts';

/** The kernels that make up the gradient of a sparse op. */
export interface SparseGradient<Attrs extends SparseMatMulAttrs> {
  readonly forward: string;
  readonly backpropInput: string;
  readonly backpropValues: string;
  readonly gradientRows: string;
  /** The gradient at all positions, by stock ops. */
  wholeGradient(x: tf.Tensor, dz: tf.Tensor, attrs: Attrs): tf.Tensor;
  /** See `GradientOp`. */
  inputOf?(x: tf.Tensor, begin: number, end: number): tf.Tensor;
}

/** Leaves with the probe of an op what it takes to make the gradient at all positions, from x and dL/dz. */
export type RecordGradient<Attrs> = (x: tf.Tensor, dz: tf.Tensor, attrs: Attrs) => void;

/**
 * Tells tfjs's tape how to differentiate a sparse op in its inputs x, values and, if it has one, bias.
 *
 * @returns what it tells the op's probe, for those who differentiate without the tape
 */
export function registerSparseGradient<Attrs extends SparseMatMulAttrs>(
  names: SparseGradient<Attrs>,
): RecordGradient<Attrs> {
  tf.registerGradient({
    kernelName: names.forward,
    inputsToSave: ['x', 'values'],
    outputsToSave: [true],
    gradFunc: (dy, [x, values, y], namedAttrs) => {
      const attrs = namedAttrs as unknown as Attrs;
      const {dz, dBias} = outputGradient(dy as tf.Tensor, y, attrs);
      return {
        x: () => runSparseKernel(names.backpropInput, {dy: dz, values}, attrs),
        values: () => {
          record(x, dz, attrs);
          return runSparseKernel(names.backpropValues, {x, dy: dz}, attrs);
        },
        bias: () => dBias!,
      };
    },
  });
  return record;

  function record(x: tf.Tensor, dz: tf.Tensor, attrs: Attrs): void {
    recordGradient(x, dz, attrs, names);
  }
}

function recordGradient<Attrs extends SparseMatMulAttrs>(
  x: tf.Tensor,
  dy: tf.Tensor,
  attrs: Attrs,
  names: SparseGradient<Attrs>,
): void {
  const hasRows = tf.getKernel(names.gradientRows, tf.getBackend()) != null;
  attrs.probe?.record(x, dy, {
    topology: attrs.topology,
    active: (x, dy) => runSparseKernel(names.backpropValues, {x, dy}, attrs),
    whole: (x, dy) => names.wholeGradient(x, dy, attrs),
    inputOf: names.inputOf,
    rows: hasRows
      ? (x, dy, begin, end) => {
          const rowAttrs: Attrs & RowRange = {...attrs, begin, end};
          return tf
            .engine()
            .runKernel(names.gradientRows, {x, dy}, rowAttrs as unknown as tf.NamedAttrMap) as tf.Tensor;
        }
      : undefined,
  });
}
