/** What all loops share. */

/** Floats in a vector. */
@inline export const LANES: i32 = 4;
/** Samples in a full block. */
@inline export const BLOCK: i32 = 32;
/** Samples in a full block of images. */
@inline export const HALF_BLOCK: i32 = 16;

/** a · b + c, rounded once where the engine can, else twice. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** The sum of a vector's lanes. */
@inline
export function acrossLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
  );
}

/** The sums of the lanes of four vectors, each in the order of `acrossLanes`. */
@inline
export function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Adds the sum of a vector's lanes to the number at an address. */
@inline
export function addLanes(at: usize, v: v128): void {
  store<f32>(at, load<f32>(at) + acrossLanes(v));
}
