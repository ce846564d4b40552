import type {Pruner} from '../types.ts';

/**
 * Drops the connections whose value has crossed zero, whatever fraction is asked for: each keeps the sign with which it began, as the
 * companion 'sign'. A value of 0 goes, too.
 *
 * With `regrown: 'fresh'`, so that a connection that comes back begins anew.
 *
 * @see Bellec et al. 2018, "Deep Rewiring: Training very sparse deep networks", §2, https://arxiv.org/abs/1711.05136
 */
export function signPruning(): Pruner {
  return {
    name: 'signPruning',
    companions: {sign: (values) => values.map(Math.sign)},
    prune({values, companions}) {
      const sign = companions?.sign;
      if (!sign) {
        throw new Error(
          'signPruning: request.companions must hold the signs of the connections, received none. Use it in a DSTScheduler.',
        );
      }
      const dropped: number[] = [];
      for (let slot = 0; slot < values.length; slot++) if (!(values[slot] * sign[slot] > 0)) dropped.push(slot);
      return Int32Array.from(dropped);
    },
  };
}
