import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Topology} from '../../topology/topology.ts';
import type {Reparameterization} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';

/** Options of {@link srSte}. */
export interface SrSteOptions {
  /** Connections that a group keeps, at least 1. */
  readonly n: number;
  /** Neighbouring inputs of an output that are a group, at least n; it must divide their number. */
  readonly m: number;
  /** λ: what is left out decays by λ · w in the gradient, at least 0. @defaultValue 0.0002 */
  readonly decay?: number;
}

/**
 * N:M sparsity by the sparse-refined straight-through estimator: a layer computes with the n largest of every m weights; gradients go to
 * all, and what is left out decays besides, so that the choice settles. For density 1.
 *
 * @throws RangeError if a number is out of range
 * @see Zhou et al. 2021, "Learning N:M Fine-grained Structured Sparse Neural Networks From Scratch", §3, https://arxiv.org/abs/2102.04010
 */
export function srSte(options: SrSteOptions): Reparameterization {
  checkKind('srSte', 'options', 'an object', options, 'Write srSte({n: 2, m: 4}).');
  checkNames<SrSteOptions>('srSte', options, {n: 1, m: 1, decay: 1});
  const {n, m, decay = 0.0002} = options;
  if (!(Number.isInteger(n) && Number.isInteger(m) && n >= 1 && n <= m)) {
    throw new RangeError(
      `srSte: n and m must be integers with 1 ≤ n ≤ m, received ${n} and ${m}. Write for instance {n: 2, m: 4}.`,
    );
  }
  if (!(decay >= 0 && Number.isFinite(decay))) {
    throw new RangeError(`srSte: decay must be finite and at least 0, received ${decay}. Leave it out for 0.0002.`);
  }
  return {
    name: 'srSte',
    options: {n, m, decay},
    check({shape, nnz, size}: Topology) {
      const inputs = shape[shape.length - 2];
      if (nnz === size && inputs % m === 0) return;
      throw new Error(
        `srSte: the layer must have all its connections and inputs that ${m} divides, received ${nnz} of ${size} and ${inputs} inputs. ` +
          'Use density 1 and another m, or nOfM() as the structure of a scheduler.',
      );
    },
    apply: (values, {topology: {cols}}) =>
      tf.customGrad((w, save) => {
        const mask = largestOfGroups(w as tf.Tensor, n, m, cols);
        (save as tf.GradSaveFunc)([w as tf.Tensor, mask]);
        return {
          value: tf.mul(w as tf.Tensor, mask),
          gradFunc: (dy: tf.Tensor, [w, mask]: tf.Tensor[]) => tf.add(dy, tf.mul(decay, tf.mul(w, tf.sub(1, mask)))),
        };
      })(values) as tf.Tensor1D,
  };
}
registerReparameterization('srSte', srSte);

/** Ones for the n largest of each group, the earlier of equals; ranks come from comparing all pairs of a group. */
function largestOfGroups(values: tf.Tensor, n: number, m: number, cols: number): tf.Tensor {
  const members = tf.unstack(tf.abs(values).reshape([-1, m, cols]), 1);
  const larger: tf.Tensor[][] = members.map(() => []);
  for (let i = 0; i < m; i++) {
    for (let j = i + 1; j < m; j++) {
      const isLess = tf.less(members[i], members[j]).toFloat();
      larger[i].push(isLess);
      larger[j].push(tf.sub(1, isLess));
    }
  }
  const masks = larger.map((ones) => tf.less(tf.addN([tf.zerosLike(members[0]), ...ones]), n).toFloat());
  return tf.stack(masks, 1).reshape(values.shape);
}
