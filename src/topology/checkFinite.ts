/** What kind of place numbers have, and what to do about one that is not finite. */
export interface FiniteOptions {
  /** @defaultValue 'index' */
  readonly place?: string;
  /** Place of the first number. @defaultValue 0 */
  readonly begin?: number;
  /** @defaultValue for numbers that a training has made */
  readonly advice?: string;
}

/**
 * Throws unless all numbers are finite.
 *
 * @param where  the name of the public function, for the message
 * @param what   what they are
 * @throws RangeError with the first that is not
 */
export function checkFinite(
  where: string,
  what: string,
  numbers: ArrayLike<number>,
  {
    place = 'index',
    begin = 0,
    advice = 'The training has diverged: go on from an earlier state, with a lower learning rate.',
  }: FiniteOptions = {},
): void {
  if (seemFinite(numbers)) return;
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    throw new RangeError(
      `${where}: ${what} must be finite, received ${numbers[i]} at ${place} ${begin + i}. ${advice}`,
    );
  }
}

/** True if all numbers are finite; false otherwise, and where four neighbours are too large to be added. */
export function seemFinite(numbers: ArrayLike<number>): boolean {
  // 0 times a finite number is 0, times any other NaN; in fours, since sums wait for each other.
  let zero = 0;
  const last = numbers.length - (numbers.length % 4);
  for (let i = 0; i < last; i += 4) zero += 0 * (numbers[i] + numbers[i + 1] + numbers[i + 2] + numbers[i + 3]);
  for (let i = last; i < numbers.length; i++) zero += 0 * numbers[i];
  return zero === 0;
}
