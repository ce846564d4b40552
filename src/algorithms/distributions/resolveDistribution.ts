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
 * @param where  the function that the user called
 * @throws TypeError if there is no distribution of this name
 */
export function resolveDistribution(where: string, distribution: DistributionName | Distribution): Distribution {
  if (typeof distribution === 'function') return distribution;
  const advice = 'Or pass a function (layers, density) => densities.';
  checkChoice(where, 'distribution', Object.keys(DISTRIBUTIONS), distribution, advice);
  return DISTRIBUTIONS[distribution]();
}
