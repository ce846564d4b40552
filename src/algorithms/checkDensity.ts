import {describeValue} from '../topology/describeValue.ts';

/**
 * Throws unless a density lies in (0, 1]. The message answers the two usual slips, a percentage and a sparsity.
 *
 * @param where  the function that the user called
 * @param what   the name of the argument
 */
export function checkDensity(where: string, what: string, density: number): void {
  if (typeof density === 'number' && density > 0 && density <= 1) return;
  const remedy =
    typeof density === 'number' && density > 1 && density <= 100
      ? `For ${density} % of the connections write ${density / 100}.`
      : 'Density is the share of the connections that exist, 1 − sparsity.';
  throw new RangeError(`${where}: ${what} must be in (0, 1], received ${describeValue(density)}. ${remedy}`);
}
