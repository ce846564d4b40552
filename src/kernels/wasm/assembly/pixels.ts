import {addLanes, LANES, madd} from './simd';

/*
 * The products of a convolution for blocks of few samples: four vectors of neighbouring output pixels at a time, as many as a block
 * of 16 samples has of one pixel, so that an entry's index and value are read once for all of them.
 *
 * Of each operand the address of the first vector is given, and the bytes from it to the three others.
 */

/** Output pixels of a block that make four vectors together; 0 if there are none. */
@inline
export function pixelsAtOnce(stride: i32): i32 {
  return stride == LANES ? 4 : stride == 2 * LANES ? 2 : 0;
}

/** Bytes from the first of four vectors to the n-th. @param pixel  bytes from a pixel to the next */
@inline
export function toVector(n: i32, stride: i32, pixel: i32): usize {
  return stride == LANES ? <usize>(n * pixel) : <usize>((n >> 1) * pixel + (n & 1) * 16);
}

/** As `multiplyRows`. */
export function multiplyPixels(
  ptr: usize, idx: usize, values: usize, x: usize, x1: usize, x2: usize, x3: usize, y: usize, y1: usize, y2: usize, y3: usize,
  places: usize, rows: i32, stride: i32, bias: usize, floor: f32, isAdded: bool,
): void {
  const rowBytes = <usize>stride << 2;
  const lowest = f32x4.splat(floor);
  let entry = load<i32>(ptr);
  for (let row: i32 = 0; row < rows; row++) {
    const last = load<i32>(ptr + (<usize>row << 2), 4);
    if (isAdded && entry == last && floor == -Infinity) continue;
    let a0 = bias ? v128.load32_splat(bias + (<usize>row << 2)) : f32x4.splat(0);
    let a1 = a0, a2 = a0, a3 = a0;
    for (; entry < last; entry++) {
      const at = <usize>entry << 2;
      const w = v128.load32_splat(values + at);
      const p = x + <usize>load<i32>(idx + at) * rowBytes;
      a0 = madd(w, v128.load(p), a0);
      a1 = madd(w, v128.load(p + x1), a1);
      a2 = madd(w, v128.load(p + x2), a2);
      a3 = madd(w, v128.load(p + x3), a3);
    }
    const q = y + <usize>(places ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
    if (isAdded) {
      a0 = f32x4.add(a0, v128.load(q));
      a1 = f32x4.add(a1, v128.load(q + y1));
      a2 = f32x4.add(a2, v128.load(q + y2));
      a3 = f32x4.add(a3, v128.load(q + y3));
    }
    v128.store(q, f32x4.max(a0, lowest));
    v128.store(q + y1, f32x4.max(a1, lowest));
    v128.store(q + y2, f32x4.max(a2, lowest));
    v128.store(q + y3, f32x4.max(a3, lowest));
  }
}

/** As `addDots`. */
export function addDotsOfPixels(
  ptr: usize, idx: usize, x: usize, x1: usize, x2: usize, x3: usize, places: usize, dy: usize, dy1: usize, dy2: usize,
  dy3: usize, out: usize, begin: i32, end: i32, stride: i32,
): void {
  const rowBytes = <usize>stride << 2;
  let entry = load<i32>(ptr + (<usize>begin << 2));
  for (let row = begin; row < end; row++) {
    const last = load<i32>(ptr + (<usize>row << 2), 4);
    if (entry == last) continue;
    const p = x + <usize>(places ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
    const v0 = v128.load(p), v1 = v128.load(p + x1), v2 = v128.load(p + x2), v3 = v128.load(p + x3);
    for (; entry < last; entry++) {
      const at = <usize>entry << 2;
      const q = dy + <usize>load<i32>(idx + at) * rowBytes;
      let a = f32x4.mul(v0, v128.load(q));
      let b = f32x4.mul(v1, v128.load(q + dy1));
      a = madd(v2, v128.load(q + dy2), a);
      b = madd(v3, v128.load(q + dy3), b);
      addLanes(out + at, f32x4.add(a, b));
    }
  }
}
