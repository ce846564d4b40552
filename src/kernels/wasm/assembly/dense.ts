import {acrossLanes, madd, sumsOf} from './simd';

/*
 * The products of a layer that has all its connections: no index, and eight sums at a time in registers, so that a number once
 * read serves several of them. They go over the pixels of an image; a layer without image has one.
 *
 * x and y are the addresses of the first pixel; Row and Pixel are the bytes from a row of pixels, or a pixel, to the next one.
 */

/** Inputs that all outputs are multiplied with before the next ones: these stay in a first cache, with the weights of a tile. */
@inline const DEPTH: i32 = 64;
/** Bytes of dy that all rows of x are multiplied with before the next ones, for the same reason. */
@inline const PANEL: i32 = 32768;

/**
 * y[r] = max(Σ w[r][k] · x[k] + bias[r], floor) at each pixel: the forward product with the transposed kernel, the input gradient
 * with the kernel.
 *
 * @param w        first input of the first output; the outputs lie `wRow` floats apart
 * @param rows     number of outputs
 * @param depth    number of inputs
 * @param stride   floats of a row of samples
 * @param bias     `[rows]`, or 0 for none
 * @param isAdded  what is in y takes the place of bias
 */
export function multiplyDense(
  w: usize, wRow: i32, x: usize, xRow: i32, xPixel: i32, y: usize, yRow: i32, yPixel: i32, height: i32, width: i32, rows: i32,
  depth: i32, stride: i32, bias: usize, floor: f32, isAdded: bool,
): void {
  const rowBytes = <usize>stride << 2;
  const wBytes = <usize>wRow << 2;
  for (let pixelRow: i32 = 0; pixelRow < height; pixelRow++) {
    for (let first: i32 = 0; first < depth; first += DEPTH) {
      const inputs = min(DEPTH, depth - first);
      const isSum = isAdded || first > 0;
      const lowest: f32 = first + inputs < depth ? -Infinity : floor;
      for (let row: i32 = 0; row < rows; row += 4) {
        const weights = w + <usize>row * wBytes + (<usize>first << 2);
        const offsets = bias != 0 && !isSum ? bias + (<usize>row << 2) : 0;
        const here = rows - row;
        let p = x + <usize>first * rowBytes, q = y + <usize>row * rowBytes;
        for (let pixel: i32 = 0; pixel < width; pixel++) {
          let column: usize = 0;
          for (; column + 32 <= rowBytes; column += 32) {
            multiplyTile(true, weights, wBytes, p + column, q + column, here, inputs, rowBytes, offsets, lowest, isSum);
          }
          if (column < rowBytes) {
            multiplyTile(false, weights, wBytes, p + column, q + column, here, inputs, rowBytes, offsets, lowest, isSum);
          }
          p += xPixel;
          q += yPixel;
        }
      }
    }
    x += xRow;
    y += yRow;
  }
}

/**
 * Four outputs of two vectors of samples. Where there are fewer, the first is computed in place of those that are missing.
 *
 * @param isPair  whether there are two vectors, and not one; known when compiled
 * @param rows    outputs, if less than four
 */
@inline
function multiplyTile(
  isPair: bool, w: usize, wBytes: usize, x: usize, y: usize, rows: i32, depth: i32, rowBytes: usize, bias: usize, floor: f32,
  isSum: bool,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  let wb = rows > 1 ? w + wBytes : w, wc = rows > 2 ? wb + wBytes : w, wd = rows > 3 ? wc + wBytes : w;
  const end = w + (<usize>depth << 2);
  while (w < end) {
    const x0 = v128.load(x), x1 = isPair ? v128.load(x, 16) : x0;
    let weight = v128.load32_splat(w);
    a0 = madd(weight, x0, a0);
    if (isPair) a1 = madd(weight, x1, a1);
    weight = v128.load32_splat(wb);
    b0 = madd(weight, x0, b0);
    if (isPair) b1 = madd(weight, x1, b1);
    weight = v128.load32_splat(wc);
    c0 = madd(weight, x0, c0);
    if (isPair) c1 = madd(weight, x1, c1);
    weight = v128.load32_splat(wd);
    d0 = madd(weight, x0, d0);
    if (isPair) d1 = madd(weight, x1, d1);
    w += 4;
    wb += 4;
    wc += 4;
    wd += 4;
    x += rowBytes;
  }
  finishRow(y, a0, a1, isPair, bias, floor, isSum);
  if (rows > 1) finishRow(y + rowBytes, b0, b1, isPair, bias ? bias + 4 : 0, floor, isSum);
  if (rows > 2) finishRow(y + 2 * rowBytes, c0, c1, isPair, bias ? bias + 8 : 0, floor, isSum);
  if (rows > 3) finishRow(y + 3 * rowBytes, d0, d1, isPair, bias ? bias + 12 : 0, floor, isSum);
}

@inline
function finishRow(y: usize, sum0: v128, sum1: v128, isPair: bool, bias: usize, floor: f32, isSum: bool): void {
  const lowest = f32x4.splat(floor);
  const offset = bias ? v128.load32_splat(bias) : f32x4.splat(0);
  let before0 = offset, before1 = offset;
  if (isSum) {
    before0 = v128.load(y);
    if (isPair) before1 = v128.load(y, 16);
  }
  if (isPair) v128.store(y, f32x4.max(f32x4.add(sum1, before1), lowest), 16);
  v128.store(y, f32x4.max(f32x4.add(sum0, before0), lowest));
}

/**
 * out[r][c] = Σ x[r] · dy[c] over the samples of all pixels, for the rows `begin … end - 1` of x: the gradient of the values.
 *
 * @param out      `[end, cols]`
 * @param cols     number of outputs
 * @param stride   floats of a row of samples
 * @param isAdded  to what is in out
 */
export function denseDots(
  x: usize, xRow: i32, xPixel: i32, dy: usize, dyRow: i32, dyPixel: i32, height: i32, width: i32, out: usize, begin: i32,
  end: i32, cols: i32, stride: i32, isAdded: bool,
): void {
  const rowBytes = <usize>stride << 2;
  const outBytes = <usize>cols << 2;
  const panel = max(4, (PANEL / (width * <i32>rowBytes)) & ~3);
  for (let pixelRow: i32 = 0; pixelRow < height; pixelRow++) {
    const isSum = isAdded || pixelRow > 0;
    for (let first: i32 = 0; first < cols; first += panel) {
      const last = min(first + panel, cols);
      let row = begin;
      for (; row < end; row += 2) {
        const p = x + <usize>row * rowBytes;
        const o = out + <usize>row * outBytes;
        let col = first;
        if (row + 1 < end) for (; col + 4 <= last; col += 4) {
          const q = dy + <usize>col * rowBytes;
          tileOfDots(p, xPixel, q, dyPixel, width, o + (<usize>col << 2), outBytes, rowBytes, isSum);
        }
        for (; col < last; col++) {
          const q = dy + <usize>col * rowBytes, at = o + (<usize>col << 2);
          dot(p, xPixel, q, dyPixel, width, at, rowBytes, isSum);
          if (row + 1 < end) dot(p + rowBytes, xPixel, q, dyPixel, width, at + outBytes, rowBytes, isSum);
        }
      }
    }
    x += xRow;
    dy += dyRow;
  }
}

/** Two rows of x with four of dy. */
@inline
function tileOfDots(
  x: usize, xPixel: i32, dy: usize, dyPixel: i32, width: i32, out: usize, outBytes: usize, rowBytes: usize, isSum: bool,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  const twoRows = 2 * rowBytes, threeRows = 3 * rowBytes;
  for (let pixel: i32 = 0; pixel < width; pixel++) {
    let q = dy;
    const end = x + rowBytes;
    for (let p = x; p < end; p += 16) {
      const xa = v128.load(p), xb = v128.load(p + rowBytes);
      let d = v128.load(q);
      a0 = madd(xa, d, a0);
      b0 = madd(xb, d, b0);
      d = v128.load(q + rowBytes);
      a1 = madd(xa, d, a1);
      b1 = madd(xb, d, b1);
      d = v128.load(q + twoRows);
      a2 = madd(xa, d, a2);
      b2 = madd(xb, d, b2);
      d = v128.load(q + threeRows);
      a3 = madd(xa, d, a3);
      b3 = madd(xb, d, b3);
      q += 16;
    }
    x += xPixel;
    dy += dyPixel;
  }
  const zero = f32x4.splat(0), next = out + outBytes;
  v128.store(out, f32x4.add(sumsOf(a0, a1, a2, a3), isSum ? v128.load(out) : zero));
  v128.store(next, f32x4.add(sumsOf(b0, b1, b2, b3), isSum ? v128.load(next) : zero));
}

function dot(
  x: usize, xPixel: i32, dy: usize, dyPixel: i32, width: i32, out: usize, rowBytes: usize, isSum: bool,
): void {
  let sum = f32x4.splat(0);
  for (let pixel: i32 = 0; pixel < width; pixel++) {
    for (let offset: usize = 0; offset < rowBytes; offset += 16) {
      sum = madd(v128.load(x + offset), v128.load(dy + offset), sum);
    }
    x += xPixel;
    dy += dyPixel;
  }
  store<f32>(out, acrossLanes(sum) + (isSum ? load<f32>(out) : 0));
}
