import {InvalidArgumentError} from 'commander';

/** One of several machines that share a queue, 1 for the first. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * 'i/n' of the command line.
 *
 * @throws InvalidArgumentError unless 1 ≤ i ≤ n
 */
export function shardOf(text: string): Shard {
  const [index, count] = /^\d+\/\d+$/.test(text) ? text.split('/').map(Number) : [0, 0];
  if (index >= 1 && index <= count) return {index, count};
  throw new InvalidArgumentError(`--shard must be i/n with 1 ≤ i ≤ n, received ${text}. Try 1/2 here and 2/2 there.`);
}

/** Every `count`-th of the trainings. */
export function queuePart<Settings>(queue: readonly Settings[], {index, count}: Shard): Settings[] {
  return queue.filter((_, i) => i % count === index - 1);
}
