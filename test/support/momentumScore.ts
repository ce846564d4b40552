/** What an optimizer holds of a whole layer in a reference case. */
export interface OptimizerState {
  readonly momentum_buffer?: readonly number[];
  readonly exp_avg?: readonly number[];
  readonly exp_avg_sq?: readonly number[];
}

/** The official score of momentum growth, in float32: |momentum| for SGD, |mean / (√second moment + 1e-8)| for Adam. */
export function momentumScore({momentum_buffer, exp_avg, exp_avg_sq}: OptimizerState): number[] {
  if (momentum_buffer) return momentum_buffer.map(Math.abs);
  if (!exp_avg || !exp_avg_sq) throw new Error('momentumScore: the case has no optimizer state.');
  return exp_avg.map((mean, i) => {
    const root = Math.fround(Math.sqrt(Math.fround(exp_avg_sq[i])));
    return Math.abs(Math.fround(Math.fround(mean) / Math.fround(root + Math.fround(1e-8))));
  });
}
