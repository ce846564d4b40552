import {describeValue} from '../../topology/describeValue.ts';
import {sum} from '../../topology/sum.ts';
import type {PruneRequest, Pruner} from '../types.ts';

/**
 * Drops the connections of all layers with |w| below one threshold, which it adapts: where an update drops more than 1.1 times as many
 * as it was asked, the threshold is halved, below 0.9 times doubled. Layers with large weights lose fewer.
 *
 * For a constant or rising density, or 'free': where a density falls faster than the threshold drops connections, the update fails, and
 * the threshold is set back with it. A layer never loses all: the largest weight stays. The threshold is part of what the scheduler saves.
 *
 * @param threshold  to begin with, above 0
 * @throws RangeError if `threshold` is not above 0 and finite
 * @see Mostafa & Wang 2019, "Parameter Efficient Training of Deep Convolutional Neural Networks by Dynamic Sparse Reparameterization",
 * §3, https://arxiv.org/abs/1902.05967
 */
export function adaptiveThresholdPruning(threshold: number): Pruner {
  if (!isThreshold(threshold)) {
    throw new RangeError(
      `adaptiveThresholdPruning: threshold must be above 0 and finite, received ${describeValue(threshold)}. ` +
        'Give a magnitude; it will be adapted.',
    );
  }
  let now = threshold;
  const pruneAll = (requests: readonly PruneRequest[]) => {
    const dropped = requests.map(({values}) => slotsBelow(values, Math.fround(now)));
    const [count, asked] = [sum(dropped.map(({length}) => length)), sum(requests.map(({k}) => k))];
    if (count > 1.1 * asked) now /= 2;
    else if (count < 0.9 * asked) now *= 2;
    return dropped;
  };
  return {
    name: `adaptiveThresholdPruning(${threshold})`,
    pruneAll,
    prune: (request) => pruneAll([request])[0],
    save: () => now,
    restore(state) {
      if (!isThreshold(state)) {
        throw new Error(
          `adaptiveThresholdPruning: a saved threshold must be above 0 and finite, received ${describeValue(state)}. ` +
            'It was damaged: load it again, or use an earlier one.',
        );
      }
      now = state;
    },
  };
}

function isThreshold(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}

function slotsBelow(values: Float32Array, threshold: number): Int32Array {
  const slots: number[] = [];
  let largest = 0;
  for (let slot = 0; slot < values.length; slot++) {
    if (Math.abs(values[slot]) < threshold) slots.push(slot);
    if (Math.abs(values[slot]) > Math.abs(values[largest])) largest = slot;
  }
  return Int32Array.from(slots.length === values.length ? slots.filter((slot) => slot !== largest) : slots);
}
