import {clear} from './blocks';
import {addLanes, LANES, madd} from './simd';

/**
 * What of an output's gradient goes on through a rectified linear unit, and the gradient of the bias, all batch-major.
 *
 * @param dy       `[samples, features]`
 * @param y        `[samples, features]`: the output; or 0 for a linear unit, whose gradient goes on as it is
 * @param dz       `[samples, features]`: dy where y > 0, else 0; not written for a linear unit
 * @param dBias    `[features]`: sums over the samples; or 0 to leave them out
 */
export function outputGradient(dy: usize, y: usize, dz: usize, dBias: usize, samples: i32, features: i32): void {
  if (dBias) clear(dBias, features);
  let at: usize = 0;
  for (let sample: i32 = 0; sample < samples; sample++) {
    let feature: i32 = 0;
    let sum = dBias;
    for (; feature + LANES <= features; feature += LANES) {
      let gradient = v128.load(dy + at);
      if (y) {
        gradient = v128.and(gradient, f32x4.gt(v128.load(y + at), f32x4.splat(0)));
        v128.store(dz + at, gradient);
      }
      if (dBias) v128.store(sum, f32x4.add(v128.load(sum), gradient));
      sum += 16;
      at += 16;
    }
    for (; feature < features; feature++) {
      let gradient = load<f32>(dy + at);
      if (y) {
        if (!(load<f32>(y + at) > 0)) gradient = 0;
        store<f32>(dz + at, gradient);
      }
      if (dBias) store<f32>(sum, load<f32>(sum) + gradient);
      sum += 4;
      at += 4;
    }
  }
}

/** Kinds of activation; the numbers are those of ACTIVATIONS in the caller. */
@inline const RELU: i32 = 0;
@inline const LEAKY_RELU: i32 = 1;
@inline const SIGMOID: i32 = 2;
@inline const TANH: i32 = 3;

/**
 * y = activation(y), in place.
 *
 * @param floats  a multiple of 4
 * @param alpha   slope of a leaky rectified linear unit below 0
 */
export function activate(y: usize, floats: i32, kind: i32, alpha: f32): void {
  const end = y + (<usize>floats << 2);
  const zero = f32x4.splat(0), one = f32x4.splat(1), slope = f32x4.splat(alpha);
  for (; y < end; y += 16) {
    const z = v128.load(y);
    let result = z;
    if (kind == RELU) result = f32x4.max(z, zero);
    else if (kind == LEAKY_RELU) result = v128.bitselect(z, f32x4.mul(z, slope), f32x4.gt(z, zero));
    else if (kind == SIGMOID || kind == TANH) {
      // 1 / (2 + t) with t = e⁻ᶻ − 1; −t / (2 + t) with t = e⁻²ᶻ − 1 of the magnitude, and the sign of z.
      const t = exponentialLessOne(kind == TANH ? f32x4.mul(f32x4.abs(z), f32x4.splat(-2)) : f32x4.neg(z));
      result = f32x4.div(kind == TANH ? t : one, f32x4.add(f32x4.splat(2), t));
      if (kind == TANH) result = v128.bitselect(z, result, f32x4.splat(-0.0));
    }
    v128.store(y, result);
  }
}

/** dy = dy · activation′, in place, from the output y. */
export function activationGradient(dy: usize, y: usize, floats: i32, kind: i32, alpha: f32): void {
  const end = dy + (<usize>floats << 2);
  const zero = f32x4.splat(0), one = f32x4.splat(1), slope = f32x4.splat(alpha);
  for (; dy < end; dy += 16, y += 16) {
    const gradient = v128.load(dy), output = v128.load(y);
    let result = gradient;
    if (kind == RELU) result = v128.and(gradient, f32x4.gt(output, zero));
    else if (kind == LEAKY_RELU) result = v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(output, zero));
    else if (kind == SIGMOID) result = f32x4.mul(gradient, f32x4.mul(output, f32x4.sub(one, output)));
    else if (kind == TANH) result = f32x4.mul(gradient, f32x4.sub(one, f32x4.mul(output, output)));
    v128.store(dy, result);
  }
}

/**
 * eˣ − 1 of four numbers, also of small ones to a few units in the last place: 2ⁿ · (e^r − 1) + 2ⁿ − 1 with |r| ≤ ln 2 / 2, e^r − 1 by its
 * series.
 */
@inline
function exponentialLessOne(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, f32x4.splat(-87.3)), f32x4.splat(88.3));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  // ln 2 in two parts, of which the first has few digits, so that n times it is exact.
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let sum = madd(r, f32x4.splat(1.0 / 5040), f32x4.splat(1.0 / 720));
  sum = madd(sum, r, f32x4.splat(1.0 / 120));
  sum = madd(sum, r, f32x4.splat(1.0 / 24));
  sum = madd(sum, r, f32x4.splat(1.0 / 6));
  sum = madd(sum, r, f32x4.splat(0.5));
  sum = f32x4.mul(madd(sum, r, f32x4.splat(1)), r);
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return madd(sum, power, f32x4.sub(power, f32x4.splat(1)));
}

/** target += source. */
export function addTo(target: usize, source: usize, floats: i32): void {
  const end = target + (<usize>floats << 2);
  for (; target < end; target += 16, source += 16) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(source)));
  }
}

/** target = target · source. */
export function multiplyBy(target: usize, source: usize, floats: i32): void {
  const end = target + (<usize>floats << 2);
  for (; target < end; target += 16, source += 16) {
    v128.store(target, f32x4.mul(v128.load(target), v128.load(source)));
  }
}

/**
 * A mask for dropout: 0 with the probability `rate`, else 1 / (1 − rate), by a hash of seed, salt and place.
 *
 * @param seed  address of the step's seed
 * @param salt  tells apart the masks of one step
 */
export function dropoutMask(mask: usize, floats: i32, rate: f32, seed: usize, salt: i32): void {
  const scale: f32 = 1 / (1 - rate);
  const base = <u32>load<i32>(seed) ^ (<u32>salt * 0x9e3779b9);
  for (let i: i32 = 0; i < floats; i++) {
    let hash = base + <u32>i * 0x85ebca6b;
    hash = (hash ^ (hash >> 16)) * 0x7feb352d;
    hash = (hash ^ (hash >> 15)) * 0x846ca68b;
    hash ^= hash >> 16;
    const uniform = <f32>(hash >> 8) * (1.0 / 16777216);
    store<f32>(mask + (<usize>i << 2), uniform < rate ? 0 : scale);
  }
}

/** out[c] += Σ x[pixel][c][s] over the pixels and samples of a block: the gradient of a bias. */
export function addChannelSums(x: usize, pixels: i32, channels: i32, stride: i32, out: usize): void {
  const rowBytes = <usize>stride << 2;
  for (let pixel: i32 = 0; pixel < pixels; pixel++) {
    for (let channel: i32 = 0; channel < channels; channel++) {
      let sums = f32x4.splat(0);
      for (let offset: usize = 0; offset < rowBytes; offset += 16) sums = f32x4.add(sums, v128.load(x + offset));
      addLanes(out + (<usize>channel << 2), sums);
      x += rowBytes;
    }
  }
}
