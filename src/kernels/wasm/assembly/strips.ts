/*
 * Images that are cut into strips, one below the other: of a vector of four samples, each `strips` neighbouring ones are the strips
 * of one image; 4, or 2 of each of two images.
 */

/**
 * Writes the border above and below strips: what lies there in the strip before or after, and zeros around the whole image.
 *
 * @param image     first row of the border above
 * @param rowBytes  of a row of pixels, border included
 * @param height    rows of a strip, at least as many as of a border
 * @param top       rows of the border above; bottom likewise below
 */
export function fillHalo(image: usize, rowBytes: i32, height: i32, top: i32, bottom: i32, strips: i32): void {
  const inside = <usize>(height * rowBytes), above = <usize>(top * rowBytes);
  copyNeighbour(image, image + inside, above, true, strips);
  copyNeighbour(image + above + inside, image + above, <usize>(bottom * rowBytes), false, strips);
}

/** The gradient of `fillHalo`: what is in the border is added to where it came from, and the border made 0. */
export function foldHalo(image: usize, rowBytes: i32, height: i32, top: i32, bottom: i32, strips: i32): void {
  const inside = <usize>(height * rowBytes), above = <usize>(top * rowBytes);
  addToNeighbour(image, image + inside, above, true, strips);
  addToNeighbour(image + above + inside, image + above, <usize>(bottom * rowBytes), false, strips);
}

/** Writes rows of the strip before each, or after it; zeros where there is none. */
export function copyNeighbour(to: usize, from: usize, bytes: usize, isBefore: bool, strips: i32): void {
  for (const end = to + bytes; to < end; to += 16, from += 16) v128.store(to, neighbour(v128.load(from), isBefore, strips));
}

function addToNeighbour(border: usize, to: usize, bytes: usize, isBefore: bool, strips: i32): void {
  for (const end = border + bytes; border < end; border += 16, to += 16) {
    v128.store(to, f32x4.add(v128.load(to), neighbour(v128.load(border), !isBefore, strips)));
    v128.store(border, f32x4.splat(0));
  }
}

/** Of each strip, the number of the one before or after it; 0 for the first or last of an image. */
@inline
function neighbour(row: v128, isBefore: bool, strips: i32): v128 {
  return isBefore
    ? v128.and(v128.shuffle<f32>(row, row, 0, 0, 1, 2), strips == 4 ? i32x4(0, -1, -1, -1) : i32x4(0, -1, 0, -1))
    : v128.and(v128.shuffle<f32>(row, row, 1, 2, 3, 3), strips == 4 ? i32x4(-1, -1, -1, 0) : i32x4(-1, 0, -1, 0));
}

/**
 * Cuts images into strips, or puts them together: adds the rows of each strip of each image to what is in their new place.
 *
 * @param from     first row of pixels; a row lies `fromRow` bytes after the one before, the same row of the next strip `fromStrip`,
 *   and the same of the next image `fromImage`; likewise `to`
 * @param height   rows of a strip
 * @param advance  rows of the image from the first of a strip to that of the next
 * @param rows     of the image: the last strips may be lower
 * @param floats   of a row of pixels of one image
 */
export function addStrips(
  from: usize, fromRow: i32, fromStrip: i32, fromImage: i32, to: usize, toRow: i32, toStrip: i32, toImage: i32, height: i32,
  advance: i32, rows: i32, floats: i32, strips: i32, images: i32,
): void {
  for (let image: i32 = 0; image < images; image++) {
    for (let strip: i32 = 0; strip < strips; strip++) {
      const count = min(height, rows - strip * advance);
      for (let row: i32 = 0; row < count; row++) {
        let p = from + <usize>(image * fromImage + strip * fromStrip + row * fromRow);
        let q = to + <usize>(image * toImage + strip * toStrip + row * toRow);
        for (let i: i32 = 0; i < floats; i++, p += 16, q += 16) store<f32>(q, load<f32>(q) + load<f32>(p));
      }
    }
  }
}
