import type * as tf from '@tensorflow/tfjs';
import {checkFinite} from '../topology/checkFinite.ts';
import {describeValue} from '../topology/describeValue.ts';
import {HostWeight} from './hostWeight.ts';

/** The numbers of new connections, from their values; as many as there are values. */
export type FreshNumbers = (values: Float32Array) => Float32Array;

/**
 * A number for each connection of a sparse weight, beside its value: it follows its connection through updates of the topology, and is
 * saved and loaded with the layer. Nobody trains it.
 */
export class CompanionWeight extends HostWeight {
  /** Type of the numbers. */
  readonly dtype = 'float32';
  /** Tells it from all other weights. */
  readonly isCompanion = true;
  /** Makes the numbers of new connections. @defaultValue zeros, until somebody says what they are */
  fresh: FreshNumbers = (values) => new Float32Array(values.length);
  private current: Float32Array;

  /**
   * @param name     as the names of the layer's other weights
   * @param numbers  `[nnz]`, by slot
   */
  constructor(name: string, numbers: Float32Array) {
    super(name);
    this.current = numbers;
  }

  /** `[nnz]`, by slot. Do not write to it. */
  get numbers(): Float32Array {
    return this.current;
  }

  /** @throws RangeError if a number is not finite */
  set numbers(next: Float32Array) {
    checkFinite(this.name, 'numbers of connections', next, {place: 'slot', advice: 'Check what makes them.'});
    this.dispose();
    this.current = next;
  }

  /**
   * The numbers after an update.
   *
   * @param source       where each connection comes from, −1 for a new one
   * @param grownValues  values of the new connections, in slot order
   * @throws RangeError if `fresh` returns too few or too many
   */
  carried(source: Int32Array, grownValues: Float32Array): Float32Array {
    const fresh = freshNumbers(this.name, this.fresh, grownValues);
    let grown = 0;
    return Float32Array.from(source, (slot) => (slot >= 0 ? this.current[slot] : fresh[grown++]));
  }

  /** @throws RangeError if there are not as many numbers as connections, or one is not finite */
  assign(saved: tf.Tensor): void {
    if (saved.size !== this.current.length) {
      throw new RangeError(
        `${this.name}: saved numbers must be ${this.current.length}, one for each connection, received ${saved.size}. ` +
          'Check that the file belongs to this model.',
      );
    }
    this.numbers = saved.dataSync<'float32'>().slice();
  }

  protected packed(): Float32Array {
    return this.current.slice();
  }
}

/**
 * What `fresh` makes of values.
 *
 * @throws RangeError if it makes too few or too many, or one that is not finite
 */
export function freshNumbers(name: string, fresh: FreshNumbers, values: Float32Array): Float32Array {
  const numbers = fresh(values);
  if (numbers?.length === values.length && numbers.every(Number.isFinite)) return numbers;
  throw new RangeError(
    `${name}: fresh must return ${values.length} finite numbers, one for each value, received ${describeValue(numbers?.length)}. ` +
      'Write for instance (values) => values.map(Math.sign).',
  );
}
