import {addDots, addDotsTwice} from './dots';
import {multiplyRows, multiplyTwice} from './multiply';
import {addDotsOfPixels, multiplyPixels, pixelsAtOnce, toVector} from './pixels';
import {HALF_BLOCK} from './simd';
import {copyNeighbour} from './strips';

/*
 * The products of a convolution: at each pixel of the output, those of a dense layer whose inputs lie at fixed distances from
 * the pixel's place in the input with its border.
 *
 * x and y are the addresses of the first pixel; Row and Pixel are the bytes from a row of output pixels, or an output pixel, to
 * the next one, in y and at its place in x.
 */

/**
 * At each pixel y[places[r]] = max(Σ values[e] · x[idx[e]] + bias[r], floor), or where `isAdded` as `addMultiply`: the forward
 * product, and with x and y exchanged what the output's gradient gives to the input's.
 *
 * @param rows  of y at a pixel; other parameters as of `multiply` and `addMultiply`
 */
export function convolve(
  ptr: usize, idx: usize, values: usize, x: usize, xRow: i32, xPixel: i32, y: usize, yRow: i32, yPixel: i32, height: i32,
  width: i32, places: usize, rows: i32, stride: i32, bias: usize, floor: f32, isAdded: bool,
): void {
  const count = pixelsAtOnce(stride);
  const x1 = toVector(1, stride, xPixel), x2 = toVector(2, stride, xPixel), x3 = toVector(3, stride, xPixel);
  const y1 = toVector(1, stride, yPixel), y2 = toVector(2, stride, yPixel), y3 = toVector(3, stride, yPixel);
  for (let row: i32 = 0; row < height; row++) {
    let p = x + <usize>(row * xRow), q = y + <usize>(row * yRow);
    let pixel: i32 = 0;
    if (count) for (; pixel + count <= width; pixel += count) {
      multiplyPixels(ptr, idx, values, p, x1, x2, x3, q, y1, y2, y3, places, rows, stride, bias, floor, isAdded);
      p += count * xPixel;
      q += count * yPixel;
    }
    // Engines without fused multiply-add are older ones, which are faster one by one.
    if (ASC_FEATURE_RELAXED_SIMD && stride == HALF_BLOCK) for (; pixel + 2 <= width; pixel += 2) {
      multiplyTwice(ptr, idx, values, p, xPixel, q, yPixel, places, rows, bias, floor, isAdded);
      p += 2 * xPixel;
      q += 2 * yPixel;
    }
    for (; pixel < width; pixel++) {
      multiplyRows(ptr, idx, values, p, q, places, 0, rows, stride, bias, floor, isAdded);
      p += xPixel;
      q += yPixel;
    }
  }
}

/**
 * dx = dy ∗ Wᵀ, or added to it, of a convolution of stride 1: each pixel of dx gathers what the pixels of dy around it give, from a
 * copy of dy with a border, which is made row by row as it is needed.
 *
 * @param idx       `[nnz]`: row of samples of each entry, seen from the first pixel of the window in the copy
 * @param dy        first pixel; its rows of `dyBytes` lie `dyRow` bytes apart
 * @param copy      `[height + reach - 1]` rows of `copyRow` bytes
 * @param reach     rows of the copy that a pixel sees
 * @param top       rows of zeros above dy in the copy
 * @param left      bytes of zeros before each row of dy
 * @param strips    of an image whose neighbours in the copy take the place of zeros above and below, else 1
 * @param rows      input channels; other parameters as of `convolve`
 */
export function gatherGradient(
  ptr: usize, idx: usize, values: usize, dy: usize, dyRow: i32, dyPixel: i32, dyHeight: i32, dyBytes: i32, copy: usize,
  copyRow: i32, reach: i32, top: i32, left: i32, dx: usize, dxRow: i32, dxPixel: i32, height: i32, width: i32, rows: i32,
  stride: i32, isAdded: bool, strips: i32,
): void {
  let copied: i32 = 0;
  for (let row: i32 = 0; row < height; row++) {
    for (; copied < row + reach; copied++) {
      const to = copy + <usize>(copied * copyRow);
      const from = copied - top;
      const isBefore = from < 0, isAfter = from >= dyHeight;
      memory.fill(to, 0, copyRow);
      if (!isBefore && !isAfter) memory.copy(to + left, dy + <usize>(from * dyRow), dyBytes);
      else if (strips > 1) {
        const row = isBefore ? from + dyHeight : from - dyHeight;
        copyNeighbour(to + left, dy + <usize>(row * dyRow), dyBytes, isBefore, strips);
      }
    }
    const p = copy + <usize>(row * copyRow), q = dx + <usize>(row * dxRow);
    convolve(ptr, idx, values, p, 0, dyPixel, q, 0, dxPixel, 1, width, 0, rows, stride, 0, -Infinity, isAdded);
  }
}

/** out += the gradient of the values; parameters as of `addDots`. */
export function addConvolutionDots(
  ptr: usize, idx: usize, x: usize, xRow: i32, xPixel: i32, places: usize, dy: usize, yRow: i32, yPixel: i32, height: i32,
  width: i32, out: usize, begin: i32, end: i32, stride: i32,
): void {
  const count = pixelsAtOnce(stride);
  const x1 = toVector(1, stride, xPixel), x2 = toVector(2, stride, xPixel), x3 = toVector(3, stride, xPixel);
  const y1 = toVector(1, stride, yPixel), y2 = toVector(2, stride, yPixel), y3 = toVector(3, stride, yPixel);
  for (let row: i32 = 0; row < height; row++) {
    let p = x + <usize>(row * xRow), q = dy + <usize>(row * yRow);
    let pixel: i32 = 0;
    if (count) for (; pixel + count <= width; pixel += count) {
      addDotsOfPixels(ptr, idx, p, x1, x2, x3, places, q, y1, y2, y3, out, begin, end, stride);
      p += count * xPixel;
      q += count * yPixel;
    }
    if (stride == HALF_BLOCK) for (; pixel + 2 <= width; pixel += 2) {
      addDotsTwice(ptr, idx, p, xPixel, places, q, yPixel, out, begin, end);
      p += 2 * xPixel;
      q += 2 * yPixel;
    }
    for (; pixel < width; pixel++) {
      addDots(ptr, idx, p, places, q, out, begin, end, stride);
      p += xPixel;
      q += yPixel;
    }
  }
}
