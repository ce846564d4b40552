import {addDots} from './dots';
import {multiplyRows, multiplyTwice} from './multiply';
import {addDotsOfPixels, multiplyPixels, pixelsAtOnce, toVector} from './pixels';
import {HALF_BLOCK} from './simd';

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
    for (; pixel < width; pixel++) {
      addDots(ptr, idx, p, places, q, out, begin, end, stride);
      p += xPixel;
      q += yPixel;
    }
  }
}
