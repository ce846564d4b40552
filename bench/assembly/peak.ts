/** Multiply-adds on registers alone: what the core can do at most. Compiled by bench/peak.ts. */

@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Ten chains that do not wait for each other, `rounds` links each. @param at  address of eight numbers to begin with */
export function peak(rounds: i32, at: usize): void {
  const w = v128.load(at), c = v128.load(at, 16);
  let a0 = w, a1 = c, a2 = w, a3 = c, a4 = w, a5 = c, a6 = w, a7 = c, a8 = w, a9 = c;
  for (let round: i32 = 0; round < rounds; round++) {
    a0 = madd(a0, w, c);
    a1 = madd(a1, w, c);
    a2 = madd(a2, w, c);
    a3 = madd(a3, w, c);
    a4 = madd(a4, w, c);
    a5 = madd(a5, w, c);
    a6 = madd(a6, w, c);
    a7 = madd(a7, w, c);
    a8 = madd(a8, w, c);
    a9 = madd(a9, w, c);
  }
  let sum = f32x4.add(f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3)), f32x4.add(f32x4.add(a4, a5), f32x4.add(a6, a7)));
  sum = f32x4.add(sum, f32x4.add(a8, a9));
  v128.store(at, sum, 32);
}
