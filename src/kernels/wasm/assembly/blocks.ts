import {LANES} from './simd';

/** to[e] = from[index[e]]: the values in the order of the transposed index. */
export function gather(from: usize, index: usize, to: usize, begin: i32, end: i32): void {
  for (let e = begin; e < end; e++) {
    const at = <usize>e << 2;
    store<f32>(to + at, load<f32>(from + (<usize>load<i32>(index + at) << 2)));
  }
}

/** to[index[e]] = from[e]: back from the order of an index; the inverse of `gather`. */
export function scatter(from: usize, index: usize, to: usize, begin: i32, end: i32): void {
  for (let e = begin; e < end; e++) {
    const at = <usize>e << 2;
    store<f32>(to + (<usize>load<i32>(index + at) << 2), load<f32>(from + at));
  }
}

/** Writes zeros. */
export function clear(address: usize, floats: i32): void {
  memory.fill(address, 0, <usize>floats << 2);
}

/** target = source. */
export function copy(target: usize, source: usize, floats: i32): void {
  memory.copy(target, source, <usize>floats << 2);
}

/**
 * Takes a block out of batch-major data: to[f][s] = from[s][f], and 0 for the samples `count … stride - 1`.
 *
 * Sixteen features at a time, four samples by four: so every cache line of `from` is read at once, also where the samples lie
 * a power of two apart and displace each other.
 *
 * @param from      first feature of the first sample; one sample lies `fromStride` floats after the other
 * @param to        `[features, stride]`
 */
export function loadBlock(from: usize, fromStride: i32, count: i32, features: i32, to: usize, stride: i32): void {
  const fromBytes = <usize>fromStride << 2;
  const toBytes = <usize>stride << 2;
  const quads = count & ~3;
  for (let tile: i32 = 0; tile < features; tile += 16) {
    const end = min(tile + 16, features);
    let sample: i32 = 0;
    for (; sample < quads; sample += LANES) {
      let source = from + <usize>sample * fromBytes + (<usize>tile << 2);
      let target = to + <usize>tile * toBytes + (<usize>sample << 2);
      let feature = tile;
      for (; feature + LANES <= end; feature += LANES) {
        transposeQuad(source, fromBytes, target, toBytes);
        source += 16;
        target += 4 * toBytes;
      }
      for (; feature < end; feature++) {
        for (let i: i32 = 0; i < LANES; i++) store<f32>(target + (<usize>i << 2), load<f32>(source + <usize>i * fromBytes));
        source += 4;
        target += toBytes;
      }
    }
    for (; sample < stride; sample++) {
      const source = from + <usize>sample * fromBytes;
      for (let feature = tile; feature < end; feature++) {
        const value: f32 = sample < count ? load<f32>(source + (<usize>feature << 2)) : 0;
        store<f32>(to + <usize>feature * toBytes + (<usize>sample << 2), value);
      }
    }
  }
}

/**
 * Puts a block into batch-major data: to[s][f] = from[f][s] for the samples `0 … count - 1`; the inverse of `loadBlock`, by the
 * same tiles.
 *
 * @param from      `[features, stride]`
 * @param to        first feature of the first sample; one sample lies `toStride` floats after the other
 */
export function storeBlock(from: usize, stride: i32, count: i32, features: i32, to: usize, toStride: i32): void {
  const fromBytes = <usize>stride << 2;
  const toBytes = <usize>toStride << 2;
  const quads = count & ~3;
  for (let tile: i32 = 0; tile < features; tile += 16) {
    const end = min(tile + 16, features);
    let sample: i32 = 0;
    for (; sample < quads; sample += LANES) {
      let source = from + <usize>tile * fromBytes + (<usize>sample << 2);
      let target = to + <usize>sample * toBytes + (<usize>tile << 2);
      let feature = tile;
      for (; feature + LANES <= end; feature += LANES) {
        transposeQuad(source, fromBytes, target, toBytes);
        source += 4 * fromBytes;
        target += 16;
      }
      for (; feature < end; feature++) {
        for (let i: i32 = 0; i < LANES; i++) store<f32>(target + <usize>i * toBytes, load<f32>(source + (<usize>i << 2)));
        source += fromBytes;
        target += 4;
      }
    }
    for (; sample < count; sample++) {
      const target = to + <usize>sample * toBytes;
      for (let feature = tile; feature < end; feature++) {
        store<f32>(target + (<usize>feature << 2), load<f32>(from + <usize>feature * fromBytes + (<usize>sample << 2)));
      }
    }
  }
}

/** Four rows of four floats into four columns: four loads, eight shuffles, four stores. */
@inline
function transposeQuad(source: usize, fromBytes: usize, target: usize, toBytes: usize): void {
  const r0 = v128.load(source);
  const r1 = v128.load(source + fromBytes);
  const r2 = v128.load(source + 2 * fromBytes);
  const r3 = v128.load(source + 3 * fromBytes);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(target + toBytes, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(target + 2 * toBytes, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(target + 3 * toBytes, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/**
 * Panels of a batch-major matrix: `width` columns of all samples, one sample after the other, so that a loop over samples finds them
 * side by side. The last panel is filled up with zeros.
 *
 * @param from   `[samples, stride]`, of which `cols` columns are read
 * @param width  a multiple of 4
 * @param to     `[cols / width, rounded up][samples][width]`
 */
export function packPanels(from: usize, stride: i32, samples: i32, cols: i32, width: i32, to: usize): void {
  for (let first: i32 = 0; first < cols; first += width) {
    const count = min(width, cols - first);
    for (let sample: i32 = 0; sample < samples; sample++) {
      const source = from + ((<usize>sample * <usize>stride + <usize>first) << 2);
      let i: i32 = 0;
      for (; i + LANES <= count; i += LANES) v128.store(to + (<usize>i << 2), v128.load(source + (<usize>i << 2)));
      for (; i < width; i++) store<f32>(to + (<usize>i << 2), i < count ? load<f32>(source + (<usize>i << 2)) : 0);
      to += <usize>width << 2;
    }
  }
}
