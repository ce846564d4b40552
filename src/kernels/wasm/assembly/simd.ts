/** What all loops share. */

/** Floats in a vector. */
@inline export const LANES: i32 = 4;
/** Samples in a full block. */
@inline export const BLOCK: i32 = 32;

/** a · b + c, rounded once where the engine can, else twice. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}
