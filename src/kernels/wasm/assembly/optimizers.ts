import {madd} from './simd';

/**
 * One step of an optimizer for the parameters `begin … end - 1`, both multiples of 4, as TensorFlow.js takes it.
 *
 * `hyper` is the address of float32 numbers that may change from step to step; each function names its own.
 */

/** True if none of `floats` numbers is infinite or NaN. */
export function areFinite(address: usize, floats: i32): bool {
  const zero = f32x4.splat(0);
  const end = address + (<usize>floats << 2);
  // 0 times such a number is NaN.
  let first = zero, second = zero;
  let at = address;
  for (; at + 32 <= end; at += 32) {
    first = f32x4.add(first, f32x4.mul(v128.load(at), zero));
    second = f32x4.add(second, f32x4.mul(v128.load(at, 16), zero));
  }
  let rest: f32 = 0;
  for (; at < end; at += 4) rest += 0 * load<f32>(at);
  return rest == 0 && v128.all_true<i32>(f32x4.eq(f32x4.add(first, second), zero));
}

/** gradient += l1 · sign(value) + 2 · l2 · value: the gradient of a penalty. The sign of 0 is −1, as that of tfjs's `abs`. */
export function regularize(gradient: usize, values: usize, begin: i32, end: i32, l1: f32, l2: f32): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1), two = f32x4.splat(2);
  for (let at = <usize>begin << 2; at < <usize>end << 2; at += 16) {
    const value = v128.load(values + at);
    const sign = f32x4.sub(v128.and(f32x4.gt(value, zero), two), one);
    const sum = madd(sign, f32x4.splat(l1), v128.load(gradient + at));
    v128.store(gradient + at, madd(value, f32x4.splat(2 * l2), sum));
  }
}

/** @param hyper  learning rate */
export function sgd(values: usize, gradient: usize, begin: i32, end: i32, hyper: usize): void {
  const rate = f32x4.neg(v128.load32_splat(hyper));
  for (let at = <usize>begin << 2; at < <usize>end << 2; at += 16) {
    v128.store(values + at, madd(rate, v128.load(gradient + at), v128.load(values + at)));
  }
}

/** @param hyper  learning rate, momentum, 1 for Nesterov's look ahead, else 0 */
export function momentum(values: usize, gradient: usize, moments: usize, begin: i32, end: i32, hyper: usize): void {
  const rate = f32x4.neg(v128.load32_splat(hyper));
  const decay = v128.load32_splat(hyper, 4);
  const isNesterov = load<f32>(hyper, 8) != 0;
  for (let at = <usize>begin << 2; at < <usize>end << 2; at += 16) {
    const g = v128.load(gradient + at);
    const moment = madd(decay, v128.load(moments + at), g);
    const direction = isNesterov ? madd(moment, decay, g) : moment;
    v128.store(moments + at, moment);
    v128.store(values + at, madd(rate, direction, v128.load(values + at)));
  }
}

/** @param hyper  learning rate, β₁, 1 − β₁, β₂, 1 − β₂, ε, 1 − β₁ᵗ, 1 − β₂ᵗ */
export function adam(
  values: usize, gradient: usize, first: usize, second: usize, begin: i32, end: i32, hyper: usize,
): void {
  const rate = f32x4.neg(v128.load32_splat(hyper));
  const beta1 = v128.load32_splat(hyper, 4), rest1 = v128.load32_splat(hyper, 8);
  const beta2 = v128.load32_splat(hyper, 12), rest2 = v128.load32_splat(hyper, 16);
  const epsilon = v128.load32_splat(hyper, 20);
  const bias1 = v128.load32_splat(hyper, 24), bias2 = v128.load32_splat(hyper, 28);
  for (let at = <usize>begin << 2; at < <usize>end << 2; at += 16) {
    const g = v128.load(gradient + at);
    const m = madd(v128.load(first + at), beta1, f32x4.mul(g, rest1));
    const v = madd(v128.load(second + at), beta2, f32x4.mul(f32x4.mul(g, g), rest2));
    v128.store(first + at, m);
    v128.store(second + at, v);
    const denominator = f32x4.add(f32x4.sqrt(f32x4.div(v, bias2)), epsilon);
    v128.store(values + at, madd(f32x4.div(f32x4.div(m, bias1), denominator), rate, v128.load(values + at)));
  }
}

/** @param hyper  learning rate, decay, 1 − decay, momentum, ε */
export function rmsprop(
  values: usize, gradient: usize, squares: usize, moments: usize, begin: i32, end: i32, hyper: usize,
): void {
  const rate = v128.load32_splat(hyper);
  const decay = v128.load32_splat(hyper, 4), rest = v128.load32_splat(hyper, 8);
  const inertia = v128.load32_splat(hyper, 12), epsilon = v128.load32_splat(hyper, 16);
  for (let at = <usize>begin << 2; at < <usize>end << 2; at += 16) {
    const g = v128.load(gradient + at);
    const square = madd(v128.load(squares + at), decay, f32x4.mul(f32x4.mul(g, g), rest));
    const scaled = f32x4.div(f32x4.mul(g, rate), f32x4.sqrt(f32x4.add(square, epsilon)));
    const moment = madd(v128.load(moments + at), inertia, scaled);
    v128.store(squares + at, square);
    v128.store(moments + at, moment);
    v128.store(values + at, f32x4.sub(v128.load(values + at), moment));
  }
}
