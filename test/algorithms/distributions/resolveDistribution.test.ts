import {expect, it} from 'vitest';
import {erdosRenyi} from '../../../src/algorithms/distributions/erdosRenyi.ts';
import {erdosRenyiKernel} from '../../../src/algorithms/distributions/erdosRenyiKernel.ts';
import {type DistributionName, resolveDistribution} from '../../../src/algorithms/distributions/resolveDistribution.ts';
import {uniform} from '../../../src/algorithms/distributions/uniform.ts';
import {describeValue} from '../../../src/topology/describeValue.ts';

const layers = [
  {name: 'conv', shape: [3, 3, 4, 8]},
  {name: 'fc', shape: [32, 10]},
];

it('each name stands for the function of this name', () => {
  expect(resolveDistribution('here', 'uniform')(layers, 0.1)).toEqual(uniform()(layers, 0.1));
  expect(resolveDistribution('here', 'erdosRenyi')(layers, 0.1)).toEqual(erdosRenyi()(layers, 0.1));
  expect(resolveDistribution('here', 'erdosRenyiKernel')(layers, 0.1)).toEqual(erdosRenyiKernel()(layers, 0.1));
});

it('a distribution stays what it is', () => {
  const distribution = uniform();
  expect(resolveDistribution('here', distribution)).toBe(distribution);
});

it.each(['ERK', 'toString', undefined])('%s is not a name', (name) => {
  expect(() => resolveDistribution('here', name as DistributionName)).toThrow(
    `here: distribution must be one of uniform, erdosRenyi, erdosRenyiKernel, received ${describeValue(name)}. Or pass a function`,
  );
});
