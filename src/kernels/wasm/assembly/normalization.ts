import {acrossLanes, addLanes, LANES} from './simd';

/*
 * Batch normalisation of images `[pixels, channels, stride]`, or of vectors as one pixel. Statistics are `[2, width]`, where
 * width is the number of channels rounded up to a multiple of 4.
 *
 * Only the first `count` columns of a block are samples; the gradient of the others is 0.
 */

/**
 * Mean and sum of squared deviations of each channel in one block, in two passes.
 *
 * @param out  `[2, width]`: means, sums of squared deviations
 */
export function moments(x: usize, pixels: i32, channels: i32, count: i32, stride: i32, out: usize): void {
  const rowBytes = <usize>stride << 2;
  const deviations = out + widthBytes(channels);
  memory.fill(out, 0, 2 * widthBytes(channels));
  let row = x;
  for (let pixel: i32 = 0; pixel < pixels; pixel++) {
    for (let channel: i32 = 0; channel < channels; channel++) {
      const at = out + (<usize>channel << 2);
      store<f32>(at, load<f32>(at) + deviation(row, count, 0, false));
      row += rowBytes;
    }
  }
  const share: f32 = 1 / <f32>(pixels * count);
  for (let channel: i32 = 0; channel < channels; channel++) {
    const at = out + (<usize>channel << 2);
    store<f32>(at, load<f32>(at) * share);
  }
  row = x;
  for (let pixel: i32 = 0; pixel < pixels; pixel++) {
    for (let channel: i32 = 0; channel < channels; channel++) {
      const at = deviations + (<usize>channel << 2);
      store<f32>(at, load<f32>(at) + deviation(row, count, load<f32>(out + (<usize>channel << 2)), true));
      row += rowBytes;
    }
  }
}

/** Sum of the samples of a row less their mean, or of the squares. */
@inline
function deviation(row: usize, count: i32, mean: f32, isSquared: bool): f32 {
  const means = f32x4.splat(mean);
  let sums = f32x4.splat(0);
  let sample: i32 = 0;
  for (; sample + LANES <= count; sample += LANES) {
    const d = f32x4.sub(v128.load(row + (<usize>sample << 2)), means);
    sums = f32x4.add(sums, isSquared ? f32x4.mul(d, d) : d);
  }
  let sum = acrossLanes(sums);
  for (; sample < count; sample++) {
    const d = load<f32>(row + (<usize>sample << 2)) - mean;
    sum += isSquared ? d * d : d;
  }
  return sum;
}

/**
 * Statistics of a batch from those of its blocks, and the moving averages that follow them.
 *
 * @param parts     `[blocks, 2, width]`, of `moments`
 * @param size      numbers of a channel in a block
 * @param lastSize  the same of the last block
 * @param out       `[2, width]`: means, 1 / √(variance + ε)
 * @param decay     how far the moving averages go towards the new ones
 */
export function combineMoments(
  parts: usize, blocks: i32, size: i32, lastSize: i32, channels: i32, epsilon: f32, decay: f32, movingMean: usize,
  movingVariance: usize, out: usize,
): void {
  const width = widthBytes(channels);
  for (let channel: i32 = 0; channel < channels; channel++) {
    const at = <usize>channel << 2;
    let total: f64 = 0, mean: f64 = 0, squares: f64 = 0;
    for (let block: i32 = 0; block < blocks; block++) {
      const part = parts + <usize>block * 2 * width + at;
      const n: f64 = block + 1 == blocks ? lastSize : size;
      const distance = <f64>load<f32>(part) - mean;
      squares += <f64>load<f32>(part + width) + (distance * distance * total * n) / (total + n);
      total += n;
      mean += (distance * n) / total;
    }
    const variance = squares / total;
    store<f32>(out + at, <f32>mean);
    store<f32>(out + width + at, <f32>(1 / Math.sqrt(variance + epsilon)));
    follow(movingMean + at, <f32>mean, decay);
    follow(movingVariance + at, <f32>variance, decay);
  }
}

@inline
function follow(average: usize, value: f32, decay: f32): void {
  const old = load<f32>(average);
  store<f32>(average, old - (old - value) * decay);
}

/** The statistics for predictions: `[2, width]`, the moving means and 1 / √(moving variance + ε). */
export function movingMoments(movingMean: usize, movingVariance: usize, channels: i32, epsilon: f32, out: usize): void {
  const scales = out + widthBytes(channels);
  for (let channel: i32 = 0; channel < channels; channel++) {
    const at = <usize>channel << 2;
    store<f32>(out + at, load<f32>(movingMean + at));
    store<f32>(scales + at, <f32>(1 / Math.sqrt(<f64>load<f32>(movingVariance + at) + epsilon)));
  }
}

/**
 * y = max((x − mean) / √(variance + ε) · gamma + beta, floor)
 *
 * @param statistics  `[2, width]`, of `combineMoments` or `movingMoments`
 */
export function normalize(
  x: usize, y: usize, pixels: i32, channels: i32, stride: i32, statistics: usize, gamma: usize, beta: usize, floor: f32,
): void {
  const rowBytes = <usize>stride << 2;
  const width = widthBytes(channels);
  const lowest = f32x4.splat(floor);
  for (let pixel: i32 = 0; pixel < pixels; pixel++) {
    for (let at: usize = 0; at < <usize>channels << 2; at += 4) {
      const mean = v128.load32_splat(statistics + at);
      const scale = f32x4.splat(load<f32>(statistics + width + at) * load<f32>(gamma + at));
      const shift = v128.load32_splat(beta + at);
      for (let offset: usize = 0; offset < rowBytes; offset += 16) {
        const normal = f32x4.mul(f32x4.sub(v128.load(x + offset), mean), scale);
        v128.store(y + offset, f32x4.max(f32x4.add(normal, shift), lowest));
      }
      x += rowBytes;
      y += rowBytes;
    }
  }
}

/**
 * Adds up, over the pixels of one block, what the gradients of gamma and beta are made of.
 *
 * @param y    the output of a rectified linear unit, where whose floor was reached dy becomes 0, in place; or 0 for a linear one
 * @param out  `[2, width]`: Σ dy · (x − mean) / √(variance + ε), and Σ dy; to these is added
 */
export function addNormalizationSums(
  x: usize, y: usize, dy: usize, pixels: i32, channels: i32, stride: i32, statistics: usize, out: usize,
): void {
  const rowBytes = <usize>stride << 2;
  const width = widthBytes(channels);
  const zero = f32x4.splat(0);
  for (let pixel: i32 = 0; pixel < pixels; pixel++) {
    for (let at: usize = 0; at < <usize>channels << 2; at += 4) {
      const mean = v128.load32_splat(statistics + at);
      const scale = v128.load32_splat(statistics + width + at);
      let products = zero, sums = zero;
      for (let offset: usize = 0; offset < rowBytes; offset += 16) {
        let gradient = v128.load(dy + offset);
        if (y) {
          gradient = v128.and(gradient, f32x4.gt(v128.load(y + offset), zero));
          v128.store(dy + offset, gradient);
        }
        sums = f32x4.add(sums, gradient);
        products = f32x4.add(products, f32x4.mul(gradient, f32x4.mul(f32x4.sub(v128.load(x + offset), mean), scale)));
      }
      addLanes(out + at, products);
      addLanes(out + width + at, sums);
      x += rowBytes;
      dy += rowBytes;
      if (y) y += rowBytes;
    }
  }
}

/**
 * dx = gamma / √(variance + ε) · (dy − (Σ dy + x̂ · Σ dy x̂) / total), where x̂ = (x − mean) / √(variance + ε).
 *
 * @param sums     `[2, width]`, of the whole batch
 * @param total    numbers of a channel in the batch
 * @param isAdded  1 if added to dx, 0 if written
 */
export function normalizationGradient(
  x: usize, dy: usize, dx: usize, pixels: i32, channels: i32, count: i32, stride: i32, statistics: usize, gamma: usize,
  sums: usize, total: f32, isAdded: i32,
): void {
  const rowBytes = <usize>stride << 2;
  const width = widthBytes(channels);
  const samples = i32x4.splat(count);
  for (let pixel: i32 = 0; pixel < pixels; pixel++) {
    for (let at: usize = 0; at < <usize>channels << 2; at += 4) {
      const inverse = load<f32>(statistics + width + at);
      const mean = v128.load32_splat(statistics + at);
      const scale = f32x4.splat(inverse * load<f32>(gamma + at));
      const slope = f32x4.splat((inverse * load<f32>(sums + at)) / total);
      const shift = f32x4.splat(load<f32>(sums + width + at) / total);
      let lanes = i32x4(0, 1, 2, 3);
      for (let offset: usize = 0; offset < rowBytes; offset += 16) {
        const distance = f32x4.mul(f32x4.sub(v128.load(x + offset), mean), slope);
        let gradient = f32x4.mul(scale, f32x4.sub(f32x4.sub(v128.load(dy + offset), shift), distance));
        gradient = v128.and(gradient, i32x4.lt_s(lanes, samples));
        if (isAdded) gradient = f32x4.add(gradient, v128.load(dx + offset));
        v128.store(dx + offset, gradient);
        lanes = i32x4.add(lanes, i32x4.splat(LANES));
      }
      x += rowBytes;
      dy += rowBytes;
      dx += rowBytes;
    }
  }
}

/** Bytes of a row of statistics. */
@inline
function widthBytes(channels: i32): usize {
  return <usize>((channels + 3) & ~3) << 2;
}
