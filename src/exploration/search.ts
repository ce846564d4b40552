/**
 * The last integer of `low … high` with a property that begins at `low` and is lost on the way, by halving.
 *
 * @returns an integer that has the property although the next one lacks it, or `high`; `undefined` if `low` lacks it
 */
export function lastTrue(low: number, high: number, test: (n: number) => boolean): number | undefined {
  if (!test(low)) return undefined;
  if (test(high)) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (test(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The first integer of `low … high` with a property that is gained on the way; `undefined` if `high` lacks it. */
export function firstTrue(low: number, high: number, test: (n: number) => boolean): number | undefined {
  const last = lastTrue(-high, -low, (n) => test(-n));
  // 0, not −0.
  return last === undefined ? undefined : 0 - last;
}
