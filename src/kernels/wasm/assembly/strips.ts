/*
 * Images that are cut into strips, one below the other: of a vector of four samples, each `strips` neighbouring ones are the strips
 * of one image.
 */

/**
 * Writes the border above and below strips: what lies there in the strip before or after, and zeros around the whole image.
 *
 * @param image     first row of the border above
 * @param rowBytes  of a row of pixels, border included
 * @param height    rows of a strip, at least as many as of a border
 * @param top       rows of the border above; bottom likewise below
 * @param strips    4, or 2 of each of two images
 */
export function fillHalo(image: usize, rowBytes: i32, height: i32, top: i32, bottom: i32, strips: i32): void {
  const hasBefore = strips == 4 ? i32x4(0, -1, -1, -1) : i32x4(0, -1, 0, -1);
  const hasAfter = strips == 4 ? i32x4(-1, -1, -1, 0) : i32x4(-1, 0, -1, 0);
  const inside = image + <usize>(top * rowBytes), below = inside + <usize>(height * rowBytes);
  for (let at = image, from = image + <usize>(height * rowBytes); at < inside; at += 16, from += 16) {
    const row = v128.load(from);
    v128.store(at, v128.and(v128.shuffle<f32>(row, row, 0, 0, 1, 2), hasBefore));
  }
  const end = below + <usize>(bottom * rowBytes);
  for (let at = below, from = inside; at < end; at += 16, from += 16) {
    const row = v128.load(from);
    v128.store(at, v128.and(v128.shuffle<f32>(row, row, 1, 2, 3, 3), hasAfter));
  }
}

/**
 * Cuts images into strips, or puts them together: moves the rows of each strip of each image from the place where they lie.
 *
 * @param from    first row of pixels; a row lies `fromRow` bytes after the one before, the same row of the next strip `fromStrip`, and
 *   the same of the next image `fromImage`; likewise `to`
 * @param height   rows of a strip
 * @param advance  rows of the image from the first of a strip to that of the next
 * @param rows     of the image: the last strips may be lower
 * @param floats   of a row of pixels of one image
 */
export function moveStrips(
  from: usize, fromRow: i32, fromStrip: i32, fromImage: i32, to: usize, toRow: i32, toStrip: i32, toImage: i32, height: i32,
  advance: i32, rows: i32, floats: i32, strips: i32, images: i32,
): void {
  for (let image: i32 = 0; image < images; image++) {
    for (let strip: i32 = 0; strip < strips; strip++) {
      const count = min(height, rows - strip * advance);
      for (let row: i32 = 0; row < count; row++) {
        let p = from + <usize>(image * fromImage + strip * fromStrip + row * fromRow);
        let q = to + <usize>(image * toImage + strip * toStrip + row * toRow);
        for (let i: i32 = 0; i < floats; i++, p += 16, q += 16) store<f32>(q, load<f32>(p));
      }
    }
  }
}
