/** Rows and columns of zeros around an image. */
export interface Border {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const NO_BORDER: Border = {top: 0, bottom: 0, left: 0, right: 0};

/**
 * How a buffer of activations lies in the heap: `[height, width, channels, samples]` with a border of zeros, for the padding of
 * the convolutions that read it. A vector is an image of one pixel.
 */
export interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly border: Border;
}

/** A part of several images that lies in one piece in each. */
export interface Segment {
  /** Its first row of samples in each image. */
  readonly starts: readonly number[];
  /** Number of rows of samples. */
  readonly rows: number;
  /** Number of pixels. */
  readonly pixels: number;
}

/** Rows of samples without the border: the features of a sample. */
export function featuresOf({height, width, channels}: Image): number {
  return height * width * channels;
}

/** Rows of samples with the border. */
export function rowsOf(image: Image): number {
  const {top, bottom} = image.border;
  return (image.height + top + bottom) * borderedWidth(image) * image.channels;
}

/** Pixels in a row of the image with its border. */
export function borderedWidth({width, border: {left, right}}: Image): number {
  return width + left + right;
}

/** The row of samples of the first channel of a pixel; pixels of the border have negative places. */
export function rowAt(image: Image, y: number, x: number): number {
  const {top, left} = image.border;
  return ((y + top) * borderedWidth(image) + x + left) * image.channels;
}

/** True if any side of the image has a border. */
export function hasBorder({border: {top, bottom, left, right}}: Image): boolean {
  return top + bottom + left + right > 0;
}

/** The inside of images with as many features each, in pieces: those with a border have the same height and width. */
export function segmentsOf(...images: readonly Image[]): Segment[] {
  const grid = images.find(({border}) => border.left + border.right > 0);
  if (!grid) {
    const [{height, width}] = images;
    const starts = images.map((image) => rowAt(image, 0, 0));
    return [{starts, rows: featuresOf(images[0]), pixels: height * width}];
  }
  const rows = grid.width * grid.channels;
  return Array.from({length: grid.height}, (_, y) => ({
    starts: images.map((image) => (hasBorder(image) ? rowAt(image, y, 0) : y * rows)),
    rows,
    pixels: grid.width,
  }));
}
