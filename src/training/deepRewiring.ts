import {randomGrowth} from '../algorithms/growers/randomGrowth.ts';
import {signPruning} from '../algorithms/pruners/signPruning.ts';
import type {Schedule} from '../algorithms/types.ts';
import {describeValue} from '../topology/describeValue.ts';
import {normal} from '../topology/random.ts';
import type {DSTOptions} from './dstOptions.ts';

/** Where a new connection begins: of a sign, and still nothing. */
const NEARLY_ZERO = 1e-12;

/**
 * The parts of Deep Rewiring: at every step the values make a step of a random walk; connections whose value crosses zero are dropped,
 * and as many grow at random, with a random sign.
 *
 * Beside it the kernels need an L1 penalty, which draws values to zero: `tf.regularizers.l1({l1})`.
 *
 * @param noise  standard deviation of a step of the walk, √(2 · learning rate · temperature), at least 0, as a number or by step
 * @throws RangeError if it is a number below 0 or not finite
 * @example
 * new DSTScheduler(model, {...deepRewiring(1e-4), seed: 1});
 * @see Bellec et al. 2018, "Deep Rewiring: Training very sparse deep networks", algorithm 1, https://arxiv.org/abs/1711.05136
 */
export function deepRewiring(
  noise: number | Schedule,
): Pick<DSTOptions, 'pruner' | 'grower' | 'regrown' | 'grownValues' | 'perturb' | 'updateInterval' | 'dropFraction'> {
  if (typeof noise !== 'function' && !(noise >= 0 && Number.isFinite(noise))) {
    throw new RangeError(
      `deepRewiring: noise must be finite and at least 0, received ${describeValue(noise)}. For a learning rate η and a temperature T write Math.sqrt(2 * η * T).`,
    );
  }
  return {
    pruner: signPruning(),
    grower: randomGrowth(),
    regrown: 'fresh',
    grownValues: ({positions, random}) =>
      Float32Array.from(positions, () => (random() < 0.5 ? -NEARLY_ZERO : NEARLY_ZERO)),
    perturb({values, step, random}) {
      const scale = typeof noise === 'function' ? noise(step) : noise;
      return values.map((value) => value + scale * normal(random));
    },
    updateInterval: 1,
    dropFraction: 0,
  };
}
