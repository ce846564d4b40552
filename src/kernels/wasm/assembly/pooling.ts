import {LANES} from './simd';

/*
 * Pooling of images `[h, w, channels, stride]`. A window is clipped to the image; `floats` is channels · stride, the floats of a
 * pixel. The input has no border; rows of y lie yRow bytes apart.
 */

@inline const MAX: i32 = 0;
@inline const MAX_GRADIENT: i32 = 1;
@inline const AVERAGE: i32 = 2;
@inline const AVERAGE_GRADIENT: i32 = 3;
@inline const TIES_GRADIENT: i32 = 4;

/** y = the largest of each window. */
export function maxPool(
  x: usize, y: usize, yRow: i32, inHeight: i32, inWidth: i32, outHeight: i32, outWidth: i32, windowHeight: i32,
  windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, floats: i32,
): void {
  pool(
    MAX, x, 0, y, 0, yRow, inHeight, inWidth, outHeight, outWidth, windowHeight, windowWidth, strideHeight, strideWidth, top,
    left, floats,
  );
}

/** dx += dy at the first place of each window that holds its largest. */
export function maxPoolGradient(
  x: usize, dx: usize, y: usize, dy: usize, yRow: i32, inHeight: i32, inWidth: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, floats: i32,
): void {
  pool(
    MAX_GRADIENT, x, dx, y, dy, yRow, inHeight, inWidth, outHeight, outWidth, windowHeight, windowWidth, strideHeight,
    strideWidth, top, left, floats,
  );
}

/** dx += dy at every place of each window that holds its largest. */
export function maxGradient(
  x: usize, dx: usize, y: usize, dy: usize, yRow: i32, inHeight: i32, inWidth: i32, outHeight: i32, outWidth: i32,
  windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, floats: i32,
): void {
  pool(
    TIES_GRADIENT, x, dx, y, dy, yRow, inHeight, inWidth, outHeight, outWidth, windowHeight, windowWidth, strideHeight,
    strideWidth, top, left, floats,
  );
}

/** y = the mean of each window. */
export function averagePool(
  x: usize, y: usize, yRow: i32, inHeight: i32, inWidth: i32, outHeight: i32, outWidth: i32, windowHeight: i32,
  windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, floats: i32,
): void {
  pool(
    AVERAGE, x, 0, y, 0, yRow, inHeight, inWidth, outHeight, outWidth, windowHeight, windowWidth, strideHeight, strideWidth,
    top, left, floats,
  );
}

/** dx += dy / size of the window, at every place of each window. */
export function averagePoolGradient(
  dx: usize, dy: usize, yRow: i32, inHeight: i32, inWidth: i32, outHeight: i32, outWidth: i32, windowHeight: i32,
  windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, floats: i32,
): void {
  pool(
    AVERAGE_GRADIENT, 0, dx, 0, dy, yRow, inHeight, inWidth, outHeight, outWidth, windowHeight, windowWidth, strideHeight,
    strideWidth, top, left, floats,
  );
}

@inline
function pool(
  kind: i32, x: usize, dx: usize, y: usize, dy: usize, yRow: i32, inHeight: i32, inWidth: i32, outHeight: i32,
  outWidth: i32, windowHeight: i32, windowWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32, floats: i32,
): void {
  const pixelBytes = <usize>floats << 2;
  const rowBytes = <usize>inWidth * pixelBytes;
  for (let outY: i32 = 0; outY < outHeight; outY++) {
    const firstY = max(0, outY * strideHeight - top);
    const lastY = min(inHeight, outY * strideHeight - top + windowHeight);
    for (let outX: i32 = 0; outX < outWidth; outX++) {
      const firstX = max(0, outX * strideWidth - left);
      const lastX = min(inWidth, outX * strideWidth - left + windowWidth);
      const share = f32x4.splat(1 / <f32>((lastY - firstY) * (lastX - firstX)));
      const output = <usize>(outY * yRow) + <usize>outX * pixelBytes;
      for (let float: i32 = 0; float < floats; float += LANES) {
        const lane = <usize>float << 2;
        let result = f32x4.splat(kind == MAX ? -Infinity : 0);
        let gradient = f32x4.splat(0), largest = gradient;
        if (kind != MAX && kind != AVERAGE) gradient = v128.load(dy + output + lane);
        if (kind == MAX_GRADIENT || kind == TIES_GRADIENT) largest = v128.load(y + output + lane);
        if (kind == AVERAGE_GRADIENT) gradient = f32x4.mul(gradient, share);
        for (let inY = firstY; inY < lastY; inY++) {
          let at = <usize>inY * rowBytes + <usize>firstX * pixelBytes + lane;
          for (let inX = firstX; inX < lastX; inX++) {
            if (kind == MAX) result = f32x4.max(result, v128.load(x + at));
            else if (kind == AVERAGE) result = f32x4.add(result, v128.load(x + at));
            else if (kind == AVERAGE_GRADIENT) v128.store(dx + at, f32x4.add(v128.load(dx + at), gradient));
            else {
              const isLargest = f32x4.eq(v128.load(x + at), largest);
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(gradient, isLargest)));
              if (kind == MAX_GRADIENT) gradient = v128.andnot(gradient, isLargest);
            }
            at += pixelBytes;
          }
        }
        if (kind == MAX) v128.store(y + output + lane, result);
        if (kind == AVERAGE) v128.store(y + output + lane, f32x4.mul(result, share));
      }
    }
  }
}
