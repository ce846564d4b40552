let isUnderWay = false;
const postponed: (() => void)[] = [];

/**
 * Runs a step, an evaluation or a prediction that stands in for single ops, unless one is under way: the losses and metrics that
 * it calls may be a user's, and call whatever they like. That goes by single ops, and finds the memory of the step closed.
 *
 * @param run  synchronous
 * @returns undefined if one is under way
 */
export function exclusively<Result>(run: () => Result): Result | undefined {
  if (isUnderWay) return undefined;
  isUnderWay = true;
  try {
    return run();
  } finally {
    isUnderWay = false;
    for (const action of postponed.splice(0)) action();
  }
}

/** True within {@link exclusively}. */
export function isStandInUnderWay(): boolean {
  return isUnderWay;
}

/** Does something that a step under way would not survive, such as giving its memory back: now, or as soon as the step is over. */
export function betweenSteps(action: () => void): void {
  if (isUnderWay) postponed.push(action);
  else action();
}
