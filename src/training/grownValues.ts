import type {Random} from '../topology/random.ts';
import {newSlots, positionsAt, type TopologyUpdate} from '../topology/update.ts';
import type {DSTOptions} from './dstOptions.ts';

/**
 * Initial values of the new connections of a layer.
 *
 * @param grownValues  makes them. @defaultValue zeros
 * @throws RangeError if there are too few or too many, or one is not finite
 */
export function grownValuesOf(
  name: string,
  update: TopologyUpdate,
  grownValues: DSTOptions['grownValues'],
  random: Random,
): Float32Array {
  const {next} = update;
  const slots = newSlots(update);
  if (!grownValues) return new Float32Array(slots.length);
  const positions = positionsAt(next, slots);
  const values = grownValues({name, topology: next, positions, random});
  if (values.length !== positions.length || !values.every(Number.isFinite)) {
    throw new RangeError(
      `DSTScheduler: grownValues must return ${positions.length} finite numbers, received ${values.length} for "${name}". ` +
        'Return one value per position.',
    );
  }
  return values;
}
