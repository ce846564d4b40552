import {addLanes, BLOCK, HALF_BLOCK, madd, sumsOf} from './simd';

/**
 * out[e] += x[row of e] · dy[idx[e]] over the samples of a block: the gradient of the values at the active positions.
 *
 * In a full block the row of x stays in eight registers, in a half one in four.
 *
 * @param ptr     `[rows + 1]`
 * @param idx     `[nnz]`: row of dy of each entry
 * @param places  `[rows]`: row of x of each row, or 0 where they are in order
 */
export function addDots(
  ptr: usize, idx: usize, x: usize, places: usize, dy: usize, out: usize, begin: i32, end: i32, stride: i32,
): void {
  if (stride == BLOCK) {
    addDotsOfRows(8, 7, ptr, idx, x, 64, places, dy, 64, out, begin, end);
    return;
  }
  if (stride == HALF_BLOCK) {
    addDotsOfRows(4, 6, ptr, idx, x, 0, places, dy, 0, out, begin, end);
    return;
  }
  const rowBytes = <usize>stride << 2;
  let entry = load<i32>(ptr + (<usize>begin << 2));
  for (let row = begin; row < end; row++) {
    const last = load<i32>(ptr + (<usize>row << 2), 4);
    const p = x + <usize>(places ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
    for (; entry < last; entry++) {
      const at = <usize>entry << 2;
      const q = dy + <usize>load<i32>(idx + at) * rowBytes;
      let sum = f32x4.splat(0);
      for (let offset: usize = 0; offset < rowBytes; offset += 16) {
        sum = madd(v128.load(p + offset), v128.load(q + offset), sum);
      }
      addLanes(out + at, sum);
    }
  }
}

/**
 * `addDots` for half a block at two places, so that the lanes of a product are summed once for both: two pixels of an image are as
 * wide as one of a full block.
 *
 * @param xNext  bytes from the first place to the second, in x; dyNext likewise in dy
 */
export function addDotsTwice(
  ptr: usize, idx: usize, x: usize, xNext: usize, places: usize, dy: usize, dyNext: usize, out: usize, begin: i32, end: i32,
): void {
  addDotsOfRows(8, 6, ptr, idx, x, xNext, places, dy, dyNext, out, begin, end);
}

/**
 * @param vectors  8 or 4, known when compiled, as is shift
 * @param shift    2 ** shift bytes lie between rows of samples
 * @param xHigh    bytes from the first four vectors of a row of x to the other four
 * @param dyHigh   the same of dy
 */
@inline
function addDotsOfRows(
  vectors: i32, shift: usize, ptr: usize, idx: usize, x: usize, xHigh: usize, places: usize, dy: usize, dyHigh: usize,
  out: usize, begin: i32, end: i32,
): void {
  let entry = load<i32>(ptr + (<usize>begin << 2));
  for (let row = begin; row < end; row++) {
    const last = load<i32>(ptr + (<usize>row << 2), 4);
    if (entry == last) continue;
    const p = x + (<usize>(places ? load<i32>(places + (<usize>row << 2)) : row) << shift);
    const x0 = v128.load(p), x1 = v128.load(p, 16), x2 = v128.load(p, 32), x3 = v128.load(p, 48);
    let x4 = x0, x5 = x0, x6 = x0, x7 = x0;
    if (vectors == 8) {
      x4 = v128.load(p + xHigh);
      x5 = v128.load(p + xHigh, 16);
      x6 = v128.load(p + xHigh, 32);
      x7 = v128.load(p + xHigh, 48);
    }
    // Engines without fused multiply-add are older ones, whose register allocation is faster one by one.
    if (ASC_FEATURE_RELAXED_SIMD) for (; entry + 4 <= last; entry += 4) {
      const at = <usize>entry << 2;
      const s0 = dotRow(vectors, dyHigh, dy + (<usize>load<i32>(idx + at) << shift), x0, x1, x2, x3, x4, x5, x6, x7);
      const s1 = dotRow(vectors, dyHigh, dy + (<usize>load<i32>(idx + at, 4) << shift), x0, x1, x2, x3, x4, x5, x6, x7);
      const s2 = dotRow(vectors, dyHigh, dy + (<usize>load<i32>(idx + at, 8) << shift), x0, x1, x2, x3, x4, x5, x6, x7);
      const s3 = dotRow(vectors, dyHigh, dy + (<usize>load<i32>(idx + at, 12) << shift), x0, x1, x2, x3, x4, x5, x6, x7);
      v128.store(out + at, f32x4.add(v128.load(out + at), sumsOf(s0, s1, s2, s3)));
    }
    for (; entry < last; entry++) {
      const at = <usize>entry << 2;
      addLanes(out + at, dotRow(vectors, dyHigh, dy + (<usize>load<i32>(idx + at) << shift), x0, x1, x2, x3, x4, x5, x6, x7));
    }
  }
}

/** The product of a row of samples with the row at `q`, and `high` bytes from there: four partial sums. */
@inline
function dotRow(
  vectors: i32, high: usize, q: usize, x0: v128, x1: v128, x2: v128, x3: v128, x4: v128, x5: v128, x6: v128, x7: v128,
): v128 {
  let a = f32x4.mul(x0, v128.load(q));
  let b = f32x4.mul(x1, v128.load(q, 16));
  a = madd(x2, v128.load(q, 32), a);
  b = madd(x3, v128.load(q, 48), b);
  if (vectors == 8) {
    a = madd(x4, v128.load(q + high), a);
    b = madd(x5, v128.load(q + high, 16), b);
    a = madd(x6, v128.load(q + high, 32), a);
    b = madd(x7, v128.load(q + high, 48), b);
  }
  return f32x4.add(a, b);
}

/**
 * out[r][c] += Σ x[s][r] · dy[s][c] over the samples s: rows of the gradient at all positions. Operands are batch-major, or in
 * panels of 4 columns of x and 8 of dy.
 *
 * Tiles of 4 × 8 sums stay in registers while the samples stream by.
 *
 * @param x          of each sample `rows` numbers, `xStride` floats after those of the sample before; of the next four rows `xPanel`
 *   floats after these
 * @param dy         likewise `cols` numbers, the next eight `dyPanel` floats after these
 * @param out        `[rows, cols]`
 */
export function addOuter(
  x: usize, xStride: i32, xPanel: i32, dy: usize, dyStride: i32, dyPanel: i32, samples: i32, out: usize, rows: i32, cols: i32,
): void {
  const xBytes = <usize>xStride << 2;
  const dyBytes = <usize>dyStride << 2;
  const outBytes = <usize>cols << 2;
  let row: i32 = 0;
  for (; row + 4 <= rows; row += 4) {
    const xRow = x + ((<usize>(row >> 2) * <usize>xPanel) << 2);
    const outRow = out + <usize>row * outBytes;
    let col: i32 = 0;
    for (; col + 8 <= cols; col += 8) {
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
      let p = xRow;
      let q = dy + ((<usize>(col >> 3) * <usize>dyPanel) << 2);
      for (let sample: i32 = 0; sample < samples; sample++) {
        const left = v128.load(q), right = v128.load(q, 16);
        let w = v128.load32_splat(p);
        a0 = madd(w, left, a0);
        a1 = madd(w, right, a1);
        w = v128.load32_splat(p, 4);
        b0 = madd(w, left, b0);
        b1 = madd(w, right, b1);
        w = v128.load32_splat(p, 8);
        c0 = madd(w, left, c0);
        c1 = madd(w, right, c1);
        w = v128.load32_splat(p, 12);
        d0 = madd(w, left, d0);
        d1 = madd(w, right, d1);
        p += xBytes;
        q += dyBytes;
      }
      let o = outRow + (<usize>col << 2);
      addPair(o, a0, a1);
      o += outBytes;
      addPair(o, b0, b1);
      o += outBytes;
      addPair(o, c0, c1);
      o += outBytes;
      addPair(o, d0, d1);
    }
    for (; col < cols; col++) {
      const q = columnIn(dy, col, 3, dyPanel);
      for (let i: i32 = 0; i < 4; i++) {
        addOne(xRow + (<usize>i << 2), xBytes, q, dyBytes, samples, outRow + <usize>i * outBytes + (<usize>col << 2));
      }
    }
  }
  for (; row < rows; row++) {
    const p = columnIn(x, row, 2, xPanel);
    for (let col: i32 = 0; col < cols; col++) {
      addOne(p, xBytes, columnIn(dy, col, 3, dyPanel), dyBytes, samples, out + <usize>row * outBytes + (<usize>col << 2));
    }
  }
}

/** Address of the first sample's number in a column of panels of 2 ** log columns. */
@inline
function columnIn(panels: usize, col: i32, log: i32, panel: i32): usize {
  const inPanel = col & ((1 << log) - 1);
  return panels + ((<usize>(col >> log) * <usize>panel + <usize>inPanel) << 2);
}

@inline
function addPair(at: usize, left: v128, right: v128): void {
  v128.store(at, f32x4.add(v128.load(at), left));
  v128.store(at, f32x4.add(v128.load(at, 16), right), 16);
}

function addOne(p: usize, xBytes: usize, q: usize, dyBytes: usize, samples: i32, at: usize): void {
  let sum: f32 = 0;
  for (let sample: i32 = 0; sample < samples; sample++) {
    sum += load<f32>(p) * load<f32>(q);
    p += xBytes;
    q += dyBytes;
  }
  store<f32>(at, load<f32>(at) + sum);
}
