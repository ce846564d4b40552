<<<<<<< HEAD
import {checkChoice} from '../../topology/checkKind.ts';
=======
import {describeValue} from '../../topology/describeValue.ts';
>>>>>>> fix-4
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
<<<<<<< HEAD
  const advice = 'Or pass a function (layers, density) => densities.';
  checkChoice('resolveDistribution', 'distribution', Object.keys(DISTRIBUTIONS), distribution, advice);
=======
  if (!Object.hasOwn(DISTRIBUTIONS, distribution)) {
    throw new TypeError(
      `${where}: distribution must be one of ${Object.keys(DISTRIBUTIONS).join(', ')} or a function, ` +
        `received ${describeValue(distribution)}. Pass a function (layers, density) => densities for one of your own.`,
    );
  }
>>>>>>> fix-4
  return DISTRIBUTIONS[distribution]();
}
