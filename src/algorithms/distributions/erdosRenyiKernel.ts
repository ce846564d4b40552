import {checkOptions} from '../../topology/checkKind.ts';
import {sizeOf} from '../../topology/positions.ts';
import {sum} from '../../topology/sum.ts';
import type {Distribution} from '../types.ts';
import {capAndRescale, checkPowerScale} from './capAndRescale.ts';
import type {ErdosRenyiOptions} from './erdosRenyi.ts';

/**
 * ERK, the distribution of the published ITOP and RigL results: density proportional to the sum of all dimensions of
 * the kernel over their product. For dense layers it is `erdosRenyi`; convolutions count the size of their kernel too.
 * Layers are capped at density 1 and the others take what they leave.
 *
 * @throws RangeError if `powerScale` is negative or not finite
 * @see Evci et al. 2020, "Rigging the Lottery", §3 (1), https://arxiv.org/abs/1911.11134
 */
export function erdosRenyiKernel(options: ErdosRenyiOptions = {}): Distribution {
  checkOptions<ErdosRenyiOptions>('erdosRenyiKernel', options, {powerScale: 1});
  const {powerScale = 1} = options;
  checkPowerScale('erdosRenyiKernel', powerScale);
  return (layers, density) => capAndRescale(layers, density, ({shape}) => (sum(shape) / sizeOf(shape)) ** powerScale);
}
