/** How many grown connections met their first, second, … update, and how many of them it kept. */
export class SurvivalCounts {
  /** `faced[j − 1]`: connections that met the j-th update after the one that grew them. */
  readonly faced: number[];
  /** `kept[j − 1]`: those of them that stayed. */
  readonly kept: number[];

  constructor(faced: readonly number[] = [], kept: readonly number[] = []) {
    this.faced = [...faced];
    this.kept = [...kept];
  }

  /** Counts connections that met their `age`-th update, from 1 on, and those of them that it kept. */
  add(age: number, faced: number, kept: number): void {
    if (faced === 0) return;
    while (this.faced.length < age) {
      this.faced.push(0);
      this.kept.push(0);
    }
    this.faced[age - 1] += faced;
    this.kept[age - 1] += kept;
  }
}

/**
 * The share of grown connections that are alive after 1, 2, 3 … updates: the Kaplan–Meier estimate, which uses what is known
 * of connections that are still young. It is the product of the shares that the first, the second, … update kept.
 *
 * @param counts  of all layers that are taken together
 * @returns not rising, each in [0, 1]; empty before the first grown connection met an update
 * @see Kaplan & Meier 1958, "Nonparametric Estimation from Incomplete Observations"
 */
export function survivalCurve(counts: readonly SurvivalCounts[]): number[] {
  const curve: number[] = [];
  const ages = Math.max(0, ...counts.map(({faced}) => faced.length));
  for (let i = 0, alive = 1; i < ages; i++) {
    let faced = 0;
    let kept = 0;
    for (const each of counts) {
      faced += each.faced[i] ?? 0;
      kept += each.kept[i] ?? 0;
    }
    // No connection of this age, although older ones were there: none was young at the right time.
    if (faced > 0) alive *= kept / faced;
    curve.push(alive);
  }
  return curve;
}
