import {BLOCK, HALF_BLOCK, madd} from './simd';

/**
 * y[r] = max(Σ values[e] · x[idx[e]] + bias[r], floor) over the entries e of row r.
 *
 * The forward product, over the transposed index and values in its order; and the input gradient, over compressed rows.
 *
 * @param ptr    `[rows + 1]`
 * @param idx    `[nnz]`: row of x of each entry
 * @param bias   `[rows]`, or 0 for none
 * @param floor  0 for a rectified linear unit, −∞ for a linear one
 */
export function multiply(
  ptr: usize, idx: usize, values: usize, x: usize, y: usize, begin: i32, end: i32, stride: i32, bias: usize, floor: f32,
): void {
  multiplyRows(ptr, idx, values, x, y, 0, begin, end, stride, bias, floor, false);
}

/**
 * The product of `multiply` tile by tile of the inputs: of a wide layer, those of all outputs from some inputs first, so that
 * these stay in the caches.
 *
 * @param ptr    `[tiles, rows + 1]`: the entries of a tile lie together
 * @param tiles  number of tiles, at least 1
 */
export function multiplyTiles(
  ptr: usize, tiles: i32, idx: usize, values: usize, x: usize, y: usize, rows: i32, stride: i32, bias: usize, floor: f32,
): void {
  multiply(ptr, idx, values, x, y, 0, rows, stride, bias, tiles == 1 ? floor : -Infinity);
  for (let tile: i32 = 1; tile < tiles; tile++) {
    ptr += <usize>(rows + 1) << 2;
    addMultiply(ptr, idx, values, x, y, 0, 0, rows, stride, tile + 1 == tiles ? floor : -Infinity);
  }
}

/**
 * y[places[r]] = max(y[places[r]] + Σ values[e] · x[idx[e]], floor) over the entries e of row r: what one output pixel gives to
 * the input gradient, or one tile of inputs to the outputs.
 *
 * @param places  `[rows]`: row of y of each row, or 0 where they are in order
 */
export function addMultiply(
  ptr: usize, idx: usize, values: usize, x: usize, y: usize, places: usize, begin: i32, end: i32, stride: i32, floor: f32,
): void {
  multiplyRows(ptr, idx, values, x, y, places, begin, end, stride, 0, floor, true);
}

/** `addMultiply`, or where not `isAdded` `multiply`, with places of rows of y. */
export function multiplyRows(
  ptr: usize, idx: usize, values: usize, x: usize, y: usize, places: usize, begin: i32, end: i32, stride: i32, bias: usize,
  floor: f32, isAdded: bool,
): void {
  if (stride == BLOCK) {
    multiplyColumns(8, ptr, idx, values, x, 64, y, 64, places, begin, end, BLOCK, bias, floor, isAdded);
    return;
  }
  if (stride == HALF_BLOCK) {
    multiplyColumns(4, ptr, idx, values, x, 0, y, 0, places, begin, end, HALF_BLOCK, bias, floor, isAdded);
    return;
  }
  let column: i32 = 0;
  for (; column + 16 <= stride; column += 16) {
    const at = <usize>column << 2;
    multiplyColumns(4, ptr, idx, values, x + at, 0, y + at, 0, places, begin, end, stride, bias, floor, isAdded);
  }
  if (column + 8 <= stride) {
    const at = <usize>column << 2;
    multiplyColumns(2, ptr, idx, values, x + at, 0, y + at, 0, places, begin, end, stride, bias, floor, isAdded);
    column += 8;
  }
  if (column < stride) {
    const at = <usize>column << 2;
    multiplyColumns(1, ptr, idx, values, x + at, 0, y + at, 0, places, begin, end, stride, bias, floor, isAdded);
  }
}

/**
 * `multiplyRows` for half a block at two places, so that an entry's index and value are read once for both: two pixels of an
 * image are as wide as one of a full block.
 *
 * @param xNext  bytes from the first place to the second, in x; yNext likewise in y
 */
export function multiplyTwice(
  ptr: usize, idx: usize, values: usize, x: usize, xNext: usize, y: usize, yNext: usize, places: usize, rows: i32, bias: usize,
  floor: f32, isAdded: bool,
): void {
  multiplyColumns(8, ptr, idx, values, x, xNext, y, yNext, places, 0, rows, HALF_BLOCK, bias, floor, isAdded);
}

/**
 * A product for `4 · vectors` columns: their sums stay in registers while the entries of a row stream by, each value splatted
 * once. All is read before the first is written, and this from the end, as an engine wants it that joins vectors to wider ones.
 *
 * @param vectors  8, 4, 2 or 1, known when compiled
 * @param xHigh    bytes from the first four vectors of a row of x to the other four
 * @param yHigh    the same of y
 * @param isAdded  sums are added to y, else written; empty rows are passed over where nothing would change
 */
@inline
function multiplyColumns(
  vectors: i32, ptr: usize, idx: usize, values: usize, x: usize, xHigh: usize, y: usize, yHigh: usize, places: usize,
  begin: i32, end: i32, stride: i32, bias: usize, floor: f32, isAdded: bool,
): void {
  const rowBytes = <usize>stride << 2;
  const lowest = f32x4.splat(floor);
  let entry = load<i32>(ptr + (<usize>begin << 2));
  for (let row = begin; row < end; row++) {
    const last = load<i32>(ptr + (<usize>row << 2), 4);
    if (isAdded && entry == last && floor == -Infinity) continue;
    let a0 = bias ? v128.load32_splat(bias + (<usize>row << 2)) : f32x4.splat(0);
    let a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
    for (; entry < last; entry++) {
      const at = <usize>entry << 2;
      const w = v128.load32_splat(values + at);
      const p = x + <usize>load<i32>(idx + at) * rowBytes;
      a0 = madd(w, v128.load(p), a0);
      if (vectors > 1) a1 = madd(w, v128.load(p, 16), a1);
      if (vectors > 2) {
        a2 = madd(w, v128.load(p, 32), a2);
        a3 = madd(w, v128.load(p, 48), a3);
      }
      if (vectors > 4) {
        a4 = madd(w, v128.load(p + xHigh), a4);
        a5 = madd(w, v128.load(p + xHigh, 16), a5);
        a6 = madd(w, v128.load(p + xHigh, 32), a6);
        a7 = madd(w, v128.load(p + xHigh, 48), a7);
      }
    }
    const q = y + <usize>(places ? load<i32>(places + (<usize>row << 2)) : row) * rowBytes;
    if (isAdded) {
      a0 = f32x4.add(a0, v128.load(q));
      if (vectors > 1) a1 = f32x4.add(a1, v128.load(q, 16));
      if (vectors > 2) {
        a2 = f32x4.add(a2, v128.load(q, 32));
        a3 = f32x4.add(a3, v128.load(q, 48));
      }
      if (vectors > 4) {
        a4 = f32x4.add(a4, v128.load(q + yHigh));
        a5 = f32x4.add(a5, v128.load(q + yHigh, 16));
        a6 = f32x4.add(a6, v128.load(q + yHigh, 32));
        a7 = f32x4.add(a7, v128.load(q + yHigh, 48));
      }
    }
    if (vectors > 4) {
      v128.store(q + yHigh, f32x4.max(a7, lowest), 48);
      v128.store(q + yHigh, f32x4.max(a6, lowest), 32);
      v128.store(q + yHigh, f32x4.max(a5, lowest), 16);
      v128.store(q + yHigh, f32x4.max(a4, lowest));
    }
    if (vectors > 2) {
      v128.store(q, f32x4.max(a3, lowest), 48);
      v128.store(q, f32x4.max(a2, lowest), 32);
    }
    if (vectors > 1) v128.store(q, f32x4.max(a1, lowest), 16);
    v128.store(q, f32x4.max(a0, lowest));
  }
}

/**
 * y = max(x W + bias, floor) for one sample, by compressed rows: nothing to transpose, and inputs that are 0 cost nothing.
 *
 * @param ptr   `[rows + 1]`
 * @param idx   `[nnz]`: output of each slot
 * @param x     `[rows]`
 * @param y     `[cols]`, written
 * @param bias  `[cols]`, or 0 for none
 */
export function multiplySample(
  ptr: usize, idx: usize, values: usize, x: usize, y: usize, rows: i32, cols: i32, bias: usize, floor: f32,
): void {
  if (bias) memory.copy(y, bias, <usize>cols << 2);
  else memory.fill(y, 0, <usize>cols << 2);
  let entry = load<i32>(ptr);
  for (let row: i32 = 0; row < rows; row++) {
    const last = load<i32>(ptr + (<usize>row << 2), 4);
    const input = load<f32>(x + (<usize>row << 2));
    if (input == 0) entry = last;
    for (; entry < last; entry++) {
      const at = <usize>entry << 2;
      const target = y + (<usize>load<i32>(idx + at) << 2);
      store<f32>(target, load<f32>(target) + input * load<f32>(values + at));
    }
  }
  for (let col: i32 = 0; col < cols; col++) {
    const target = y + (<usize>col << 2);
    store<f32>(target, max(load<f32>(target), floor));
  }
}
