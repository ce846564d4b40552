import {rowGathers} from './gatherRows.ts';
import {replaceKernels} from './replaceKernels.ts';

/**
 * Replaces the kernels with which `model.fit` and `model.evaluate` take every batch out of their data, for as long as they run.
 *
 * @returns puts the stock kernels back
 */
export function accelerateBatches(): () => void {
  return replaceKernels(rowGathers);
}
