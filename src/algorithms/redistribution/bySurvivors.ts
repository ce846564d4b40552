import type {Redistribution} from '../types.ts';

/**
 * Each layer grows in proportion to the connections that it has kept: layers whose weights are large get what others lose.
 *
 * @see Mostafa & Wang 2019, "Parameter Efficient Training of Deep Convolutional Neural Networks by Dynamic Sparse Reparameterization",
 * §3, https://arxiv.org/abs/1902.05967
 */
export function bySurvivors(): Redistribution {
  return {name: 'bySurvivors', grow: (_, kept) => kept};
}
