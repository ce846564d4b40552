import * as tf from '@tensorflow/tfjs';
import {runSparseKernel} from './dispatch.ts';
import {outputGradient} from './fusedOutput.ts';
import {isTapeOn} from './isTapeOn.ts';
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
 * Tells tfjs's tape how to differentiate a sparse op in its inputs x, values and, if it has one, bias, as often as you like: its gradients
 * are products of the same kind.
 *
 * @returns what it tells the op's probe, for those who differentiate without the tape
 */
export function registerSparseGradient<Attrs extends SparseMatMulAttrs>(
  names: SparseGradient<Attrs>,
): RecordGradient<Attrs> {
  const product = (x: tf.Tensor, values: tf.Tensor, attrs: Attrs) =>
    runSparseKernel(names.forward, {x, values}, {...attrs, activation: 'linear', hasBias: false});
  const inputGradient = (dz: tf.Tensor, values: tf.Tensor, attrs: Attrs) =>
    runSparseKernel(names.backpropInput, {dy: dz, values}, attrs);
  const valuesGradient = (x: tf.Tensor, dz: tf.Tensor, attrs: Attrs) => {
    // With the tape on it is a gradient within a loss, and not that of a step.
    if (!isTapeOn()) record(x, dz, attrs);
    return runSparseKernel(names.backpropValues, {x, dy: dz}, attrs);
  };
  register(names.forward, ['x', 'values'], true, (dy, [x, values, y], attrs) => {
    const {dz, dBias} = outputGradient(dy, y, attrs);
    return {
      x: () => inputGradient(dz, values, attrs),
      values: () => valuesGradient(x, dz, attrs),
      bias: () => dBias!,
    };
  });
  register(names.backpropInput, ['dy', 'values'], false, (ddx, [dy, values], attrs) => ({
    dy: () => product(ddx, values, attrs),
    values: () => valuesGradient(ddx, dy, attrs),
  }));
  register(names.backpropValues, ['x', 'dy'], false, (ddv, [x, dy], attrs) => ({
    x: () => inputGradient(dy, ddv, attrs),
    dy: () => product(x, ddv, attrs),
  }));
  return record;

  function register(
    kernelName: string,
    inputsToSave: string[],
    savesOutput: boolean,
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[], attrs: Attrs) => Record<string, () => tf.Tensor>,
  ): void {
    tf.registerGradient({
      kernelName,
      inputsToSave,
      outputsToSave: [savesOutput],
      gradFunc: (dy, saved, attrs) => gradFunc(dy as tf.Tensor, saved, attrs as unknown as Attrs),
    });
  }

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
