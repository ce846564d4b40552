import {checkChoice} from '../../topology/checkKind.ts';
import type {Distribution} from '../types.ts';
import {erdosRenyi} from './erdosRenyi.ts';
import {erdosRenyiKernel} from './erdosRenyiKernel.ts';
import {uniform} from './uniform.ts';

/** A distribution by the name of the function that makes it, with its default options. */
export type DistributionName = 'uniform' | 'erdosRenyi' | 'erdosRenyiKernel';

const DISTRIBUTIONS: Readonly<Record<DistributionName, () => Distribution>> = {uniform, erdosRenyi, erdosRenyiKernel};

/**
 * The distribution of this name; a distribution itself is returned as it is.
 *
 * @throws TypeError if there is no distribution of this name
 */
export function resolveDistribution(distribution: DistributionName | Distribution): Distribution {
  if (typeof distribution === 'function') return distribution;
  const advice = 'Or pass a function (layers, density) => densities.';
  checkChoice('resolveDistribution', 'distribution', Object.keys(DISTRIBUTIONS), distribution, advice);
  return DISTRIBUTIONS[distribution]();
}
