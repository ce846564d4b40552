import {checkOptions} from '../../topology/checkKind.ts';
import type {Distribution} from '../types.ts';
import {capAndRescale, checkPowerScale} from './capAndRescale.ts';

/** Options of {@link erdosRenyi} and `erdosRenyiKernel`. */
export interface ErdosRenyiOptions {
  /**
   * Power that the raw densities are raised to: below 1 the layers become more alike, above 1 less, at 0 the same.
   *
   * @defaultValue 1
   */
  readonly powerScale?: number;
}

/**
 * More of the budget for thinner layers: density proportional to (in + out) / (in · out), so that the number of
 * connections grows with the number of neurons instead of their product. The size of a convolution's kernel is ignored.
 * Layers are capped at density 1 and the others take what they leave.
 *
 * @throws RangeError if `powerScale` is negative or not finite
 * @see Mocanu et al. 2018, "Scalable training of artificial neural networks with adaptive sparse connectivity inspired
 * by network science", Methods; for several layers and one budget, Evci et al. 2020, "Rigging the Lottery", §3 (1)
 */
export function erdosRenyi(options: ErdosRenyiOptions = {}): Distribution {
  checkOptions<ErdosRenyiOptions>('erdosRenyi', options, {powerScale: 1});
  const {powerScale = 1} = options;
  checkPowerScale('erdosRenyi', powerScale);
  return (layers, density) =>
    capAndRescale(layers, density, ({shape}) => {
      const [inputs, outputs] = shape.slice(-2);
      return ((inputs + outputs) / (inputs * outputs)) ** powerScale;
    });
}
