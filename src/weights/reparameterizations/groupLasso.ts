import * as tf from '@tensorflow/tfjs';
import {checkKind, checkNames} from '../../topology/checkKind.ts';
import type {Topology} from '../../topology/topology.ts';
import {perInput, perOutput, type Reparameterization, sumPerInput, sumPerOutput} from '../reparameterization.ts';
import {registerReparameterization} from './known.ts';
import {masked} from './masked.ts';

/** Options of {@link groupLasso}. */
export interface GroupLassoOptions {
  /** λ of the penalty λ · Σ √n · ‖w of a group‖, with n the connections of the group, at least 0. */
  readonly lambda: number;
  /** What a group is: all connections of an output, for filters and neurons, or of an input. @defaultValue 'output' */
  readonly groups?: 'input' | 'output';
  /** Groups whose root mean square is below count as 0 after training, at least 0. @defaultValue 0.001 */
  readonly threshold?: number;
}

/** Keeps the gradient of a root finite. */
const TINY = 1e-12;

/**
 * Structured sparsity by group lasso: a penalty draws all weights of an output, or of an input, to zero together; groups that have come
 * close to it count as 0 after training.
 *
 * @throws RangeError if a number is out of range
 * @throws TypeError if `groups` is something else
 * @see Wen et al. 2016, "Learning Structured Sparsity in Deep Neural Networks", §3, https://arxiv.org/abs/1608.03665
 */
export function groupLasso(options: GroupLassoOptions): Reparameterization {
  checkKind('groupLasso', 'options', 'an object', options, 'Write groupLasso({lambda: 1e-4}).');
  checkNames<GroupLassoOptions>('groupLasso', options, {lambda: 1, groups: 1, threshold: 1});
  const {lambda, groups = 'output', threshold = 0.001} = options;
  if (groups !== 'input' && groups !== 'output') {
    throw new TypeError(
      `groupLasso: groups must be 'input' or 'output', received ${String(groups)}. Leave it out for 'output'.`,
    );
  }
  if (![lambda, threshold].every((number) => number >= 0 && Number.isFinite(number))) {
    throw new RangeError(
      `groupLasso: lambda and threshold must be finite and at least 0, received ${lambda} and ${threshold}. Write for instance {lambda: 1e-4}.`,
    );
  }
  const [perGroup, sumPerGroup] = groups === 'input' ? [perInput, sumPerInput] : [perOutput, sumPerOutput];
  const sizes = (topology: Topology) => sumPerGroup(tf.ones([topology.nnz]), topology);
  return {
    name: 'groupLasso',
    options: {lambda, groups, threshold},
    apply(values, {topology, training}) {
      if (training) return values;
      return masked(values, () => {
        const squares = sumPerGroup(tf.square(values), topology);
        const isLarge = tf.greaterEqual(squares, tf.mul(threshold ** 2, sizes(topology))).toFloat();
        return perGroup(isLarge as tf.Tensor1D, topology);
      });
    },
    penalty(values, {topology}) {
      const norms = tf.sqrt(tf.add(sumPerGroup(tf.square(values), topology), TINY));
      return tf.mul(lambda, tf.sum(tf.mul(norms, tf.sqrt(sizes(topology))))) as tf.Scalar;
    },
  };
}
registerReparameterization('groupLasso', groupLasso);
