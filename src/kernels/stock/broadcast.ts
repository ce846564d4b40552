/** Two operands broadcast against each other: the shape of the result, and how to walk through both in its order. */
export interface Broadcast {
  readonly shape: number[];
  /** From the outermost to the innermost; in the last one, an operand goes by 1 or by 0. */
  readonly runs: readonly Run[];
}

/** Neighbouring dimensions as one: between its `size` places an operand goes by its step, which is 0 to repeat. */
export interface Run {
  size: number;
  readonly stepA: number;
  readonly stepB: number;
}

/**
 * Broadcasts two shapes by the rules of NumPy. Equal shapes and a scalar make one run, `[..., n] ∘ [n]` and
 * `[m, n] ∘ [m, 1]` make two.
 *
 * @returns undefined if the shapes do not go together
 */
export function broadcast(a: readonly number[], b: readonly number[]): Broadcast | undefined {
  const shape: number[] = [];
  const runs: Run[] = [];
  let stepA = 1;
  let stepB = 1;
  for (let fromEnd = 1; fromEnd <= Math.max(a.length, b.length); fromEnd++) {
    const sizeA = a[a.length - fromEnd] ?? 1;
    const sizeB = b[b.length - fromEnd] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) return undefined;
    const size = sizeA === 1 ? sizeB : sizeA;
    shape.unshift(size);
    if (size === 1) continue;
    const run: Run = {size, stepA: sizeA === 1 ? 0 : stepA, stepB: sizeB === 1 ? 0 : stepB};
    const inner = runs[0];
    if (inner && !inner.stepA === !run.stepA && !inner.stepB === !run.stepB) inner.size *= size;
    else runs.unshift(run);
    stepA *= sizeA;
    stepB *= sizeB;
  }
  if (runs.length === 0) runs.push({size: 1, stepA: 0, stepB: 0});
  return {shape, runs};
}
