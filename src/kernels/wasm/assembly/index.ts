/**
 * The products of sparse layers in WebAssembly SIMD (AssemblyScript, compiled by scripts/buildKernels.ts).
 *
 * Activations are feature-major: `[features, stride]`, where stride is the batch rounded up to a multiple of 4 and the columns
 * beyond the batch are 0. A convolution is, for each output pixel, the product of a dense layer whose inputs lie at fixed
 * distances from the pixel's place in the padded image `[h, w, channels, stride]`. Pointers are byte addresses of float32 or int32 arrays in the imported memory. No array or string
 * of AssemblyScript is used, so the module has no data and no heap of its own and may live in anybody's memory.
 */

@inline const LANES: i32 = 4;
@inline const BLOCK: i32 = 8 * LANES;

/**
 * y[j] = Σ values[slots[e]] · x[idx[e]] over the entries e of output j: the forward product, over the transposed index.
 *
 * @param ptr    `[outputs + 1]`
 * @param idx    `[nnz]`: row of x of each entry
 * @param slots  `[nnz]`: slot of each entry in `values`
 */
export function multiplyTransposed(
  ptr: usize, idx: usize, slots: usize, values: usize, x: usize, y: usize, outputs: i32, stride: i32,
): void {
  multiply(ptr, idx, slots, values, x, y, 0, outputs, stride, true, false);
}

/** y[i] = Σ values[k] · x[idx[k]] over the slots k of row i: the input gradient of a dense layer. */
export function multiplyRows(ptr: usize, idx: usize, values: usize, x: usize, y: usize, rows: i32, stride: i32): void {
  multiply(ptr, idx, 0, values, x, y, 0, rows, stride, false, false);
}

/** y[places[i]] += Σ values[k] · x[idx[k]] over the slots k of row i: what one output pixel gives to the input gradient. */
export function addRows(
  ptr: usize, idx: usize, values: usize, x: usize, y: usize, places: usize, rows: i32, stride: i32,
): void {
  multiply(ptr, idx, 0, values, x, y, places, rows, stride, false, true);
}

/**
 * For each row, its entries stream by once per block of columns, whose sums stay in eight registers: each value is loaded and
 * splatted once per 32 columns. The last columns go four at a time.
 *
 * @param isGathered  values are read through `slots`, else in order
 * @param isAdded     sums are added to the rows `places` of y, else written to its rows in order; empty rows are passed over
 */
@inline
function multiply(
  ptr: usize, idx: usize, slots: usize, values: usize, x: usize, y: usize, places: usize, rows: i32, stride: i32,
  isGathered: bool, isAdded: bool,
): void {
  const rowBytes = <usize>stride << 2;
  let column: i32 = 0;
  for (; column + BLOCK <= stride; column += BLOCK) {
    const xBlock = x + (<usize>column << 2);
    const yBlock = y + (<usize>column << 2);
    let entry = load<i32>(ptr);
    for (let row: i32 = 0; row < rows; row++) {
      const end = load<i32>(ptr + (<usize>row << 2), 4);
      if (isAdded && entry == end) continue;
      let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
      for (; entry < end; entry++) {
        const at = <usize>entry << 2;
        const slot = isGathered ? <usize>load<i32>(slots + at) << 2 : at;
        const w = v128.load32_splat(values + slot);
        const p = xBlock + <usize>load<i32>(idx + at) * rowBytes;
        a0 = f32x4.add(a0, f32x4.mul(w, v128.load(p)));
        a1 = f32x4.add(a1, f32x4.mul(w, v128.load(p, 16)));
        a2 = f32x4.add(a2, f32x4.mul(w, v128.load(p, 32)));
        a3 = f32x4.add(a3, f32x4.mul(w, v128.load(p, 48)));
        a4 = f32x4.add(a4, f32x4.mul(w, v128.load(p, 64)));
        a5 = f32x4.add(a5, f32x4.mul(w, v128.load(p, 80)));
        a6 = f32x4.add(a6, f32x4.mul(w, v128.load(p, 96)));
        a7 = f32x4.add(a7, f32x4.mul(w, v128.load(p, 112)));
      }
      const q = yBlock + <usize>(isAdded ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
      if (isAdded) {
        a0 = f32x4.add(a0, v128.load(q));
        a1 = f32x4.add(a1, v128.load(q, 16));
        a2 = f32x4.add(a2, v128.load(q, 32));
        a3 = f32x4.add(a3, v128.load(q, 48));
        a4 = f32x4.add(a4, v128.load(q, 64));
        a5 = f32x4.add(a5, v128.load(q, 80));
        a6 = f32x4.add(a6, v128.load(q, 96));
        a7 = f32x4.add(a7, v128.load(q, 112));
      }
      v128.store(q, a0);
      v128.store(q, a1, 16);
      v128.store(q, a2, 32);
      v128.store(q, a3, 48);
      v128.store(q, a4, 64);
      v128.store(q, a5, 80);
      v128.store(q, a6, 96);
      v128.store(q, a7, 112);
    }
  }
  for (; column < stride; column += LANES) {
    const xBlock = x + (<usize>column << 2);
    const yBlock = y + (<usize>column << 2);
    let entry = load<i32>(ptr);
    for (let row: i32 = 0; row < rows; row++) {
      const end = load<i32>(ptr + (<usize>row << 2), 4);
      if (isAdded && entry == end) continue;
      let sum = f32x4.splat(0);
      for (; entry < end; entry++) {
        const at = <usize>entry << 2;
        const slot = isGathered ? <usize>load<i32>(slots + at) << 2 : at;
        const p = xBlock + <usize>load<i32>(idx + at) * rowBytes;
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(values + slot), v128.load(p)));
      }
      const q = yBlock + <usize>(isAdded ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
      v128.store(q, isAdded ? f32x4.add(sum, v128.load(q)) : sum);
    }
  }
}

/**
 * out[k] = x[row of k] · dy[idx[k]]: the gradient of a dense layer's values, a dot product over the batch per connection.
 *
 * @param ptr  `[rows + 1]`
 * @param idx  `[nnz]`: row of dy of each slot
 */
export function dotRows(ptr: usize, idx: usize, x: usize, dy: usize, out: usize, rows: i32, stride: i32): void {
  dot(ptr, idx, x, 0, dy, out, rows, stride, false);
}

/** out[k] += x[places[row of k]] · dy[idx[k]]: what one output pixel gives to the gradient of a convolution's values. */
export function addDotRows(
  ptr: usize, idx: usize, x: usize, places: usize, dy: usize, out: usize, rows: i32, stride: i32,
): void {
  dot(ptr, idx, x, places, dy, out, rows, stride, true);
}

/** @param isAdded  rows of x are those of `places` and dot products are added, else in order and written */
@inline
function dot(
  ptr: usize, idx: usize, x: usize, places: usize, dy: usize, out: usize, rows: i32, stride: i32, isAdded: bool,
): void {
  const rowBytes = <usize>stride << 2;
  let entry = load<i32>(ptr);
  for (let row: i32 = 0; row < rows; row++) {
    const end = load<i32>(ptr + (<usize>row << 2), 4);
    const p = x + <usize>(isAdded ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
    for (; entry < end; entry++) {
      const at = <usize>entry << 2;
      const q = dy + <usize>load<i32>(idx + at) * rowBytes;
      let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
      let offset: usize = 0;
      for (; offset + 64 <= rowBytes; offset += 64) {
        a0 = f32x4.add(a0, f32x4.mul(v128.load(p + offset), v128.load(q + offset)));
        a1 = f32x4.add(a1, f32x4.mul(v128.load(p + offset, 16), v128.load(q + offset, 16)));
        a2 = f32x4.add(a2, f32x4.mul(v128.load(p + offset, 32), v128.load(q + offset, 32)));
        a3 = f32x4.add(a3, f32x4.mul(v128.load(p + offset, 48), v128.load(q + offset, 48)));
      }
      for (; offset < rowBytes; offset += 16) {
        a0 = f32x4.add(a0, f32x4.mul(v128.load(p + offset), v128.load(q + offset)));
      }
      const sums = f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3));
      const sum =
        f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
      store<f32>(out + at, isAdded ? sum + load<f32>(out + at) : sum);
    }
  }
}

/** Writes zeros. */
export function clear(address: usize, floats: i32): void {
  const end = address + (<usize>floats << 2);
  for (; address + 16 <= end; address += 16) v128.store(address, f32x4.splat(0));
  for (; address < end; address += 4) store<f32>(address, 0);
}

/**
 * to[column][row] = from[row][column]; the columns `rows … filled` of each row of `to` become 0.
 *
 * Four by four: four loads, eight shuffles, four stores; what is left over goes one by one.
 *
 * @param from  `[rows, fromStride]`, of which the first `columns` of each row are read
 * @param to    `[columns, toStride]`, of which the first `filled` of each row are written, `rows ≤ filled ≤ toStride`
 */
export function transpose(
  from: usize, rows: i32, columns: i32, fromStride: i32, to: usize, toStride: i32, filled: i32,
): void {
  const fromBytes = <usize>fromStride << 2;
  const toBytes = <usize>toStride << 2;
  let row: i32 = 0;
  for (; row + LANES <= rows; row += LANES) {
    let source = from + <usize>row * fromBytes;
    let target = to + (<usize>row << 2);
    let column: i32 = 0;
    for (; column + LANES <= columns; column += LANES) {
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
      source += 16;
      target += 4 * toBytes;
    }
    for (; column < columns; column++) {
      store<f32>(target, load<f32>(source));
      store<f32>(target, load<f32>(source + fromBytes), 4);
      store<f32>(target, load<f32>(source + 2 * fromBytes), 8);
      store<f32>(target, load<f32>(source + 3 * fromBytes), 12);
      source += 4;
      target += toBytes;
    }
  }
  for (; row < filled; row++) {
    const source = from + <usize>row * fromBytes;
    let target = to + (<usize>row << 2);
    for (let column: i32 = 0; column < columns; column++) {
      store<f32>(target, row < rows ? load<f32>(source + (<usize>column << 2)) : 0);
      target += toBytes;
    }
  }
}
