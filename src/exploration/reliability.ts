/**
 * When a connection counts as reliably explored, for the *reliable* R_s:
 *
 * - `{updates: n}`: it outlived n updates in a row, so that it was trained for n intervals, compared with the others and kept
 *   each time;
 * - `{steps: T₀}`: it was trained for T₀ optimizer steps in a row, so that it had its chance, whether it was kept or not.
 *   As connections change at updates only, T₀ ≤ ΔT makes all exploration reliable one update later.
 *
 * Both hold for initial connections as for grown ones. In a row: a connection that is dropped and grown in the same update goes on if it
 * keeps its value; with a fresh one, or if it comes back in a later update, it begins anew.
 */
export type ReliabilityRule = {readonly updates: number} | {readonly steps: number};

/** One update, for who sets no rule. */
export const DEFAULT_RULE: ReliabilityRule = {updates: 1};

/** Throws unless a rule names one positive integer. */
export function checkRule(rule: ReliabilityRule): void {
  if (!isRule(rule)) {
    throw new RangeError(
      `ExplorationTracker: reliableAfter must be {updates: n} or {steps: n} with a positive integer n, received ` +
        `${JSON.stringify(rule)}. Write {updates: 1} for connections that outlived an update.`,
    );
  }
}

/** True for one that names one positive integer. */
export function isRule(rule: unknown): rule is ReliabilityRule {
  const entries: [string, unknown][] = Object.entries(rule ?? {});
  return (
    entries.length === 1 &&
    entries.every(([unit, n]) => (unit === 'updates' || unit === 'steps') && Number.isInteger(n) && (n as number) > 0)
  );
}

/** True if both say the same. */
export function isSameRule(a: ReliabilityRule, b: ReliabilityRule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
