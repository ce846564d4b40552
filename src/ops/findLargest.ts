import * as tf from '@tensorflow/tfjs';
import type {Positions} from '../topology/positions.ts';

/**
 * The positions of the `k` largest magnitudes outside of `taken`, the lower first among equals.
 *
 * @param numbers  of any shape, flat and row-major as positions are
 * @param taken    ascending
 * @param k        at least 1
 * @returns positions, ascending; undefined if a number is not finite, or fewer than `k` are not taken
 */
export type FindLargest = (numbers: tf.Tensor, taken: Positions, k: number) => Promise<Positions | undefined>;

const finders = new Map<string, FindLargest>();

/** How the current backend finds the largest numbers of a tensor by itself, so that they need not all be sent to the host. */
export function largestFinder(): FindLargest | undefined {
  return finders.get(tf.getBackend());
}

/** Has a backend find them. */
export function setLargestFinder(backendName: string, find: FindLargest): void {
  finders.set(backendName, find);
}
