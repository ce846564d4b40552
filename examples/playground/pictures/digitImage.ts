/** Pixels in a row of an image, and of the box that the digit fills, as in MNIST. */
const SIDE = 28;
const BOX = 20;

/** What was drawn, as an image of the data sets: white on black, its box of 20 pixels with the middle of its ink in the middle. */
export function digitImage(drawn: HTMLCanvasElement): Uint8Array | undefined {
  const {width, height} = drawn;
  const ink = inkOf(drawn.getContext('2d')!.getImageData(0, 0, width, height));
  const box = boxOf(ink, width, height);
  if (!box) return undefined;
  const scale = BOX / Math.max(box.right - box.left, box.bottom - box.top, 1);
  const small = new OffscreenCanvas(SIDE, SIDE);
  const context = small.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(drawn, SIDE / 2 - scale * box.x, SIDE / 2 - scale * box.y, scale * width, scale * height);
  return inkOf(context.getImageData(0, 0, SIDE, SIDE));
}

/** The image of a data set, white on nothing. */
export function showImage(canvas: HTMLCanvasElement, pixels: Uint8Array): void {
  const image = new ImageData(SIDE, SIDE);
  pixels.forEach((byte, i) => {
    image.data.set([255, 255, 255, byte], 4 * i);
  });
  const small = new OffscreenCanvas(SIDE, SIDE);
  small.getContext('2d')!.putImageData(image, 0, 0);
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** The pen leaves its mark in the fourth channel. */
function inkOf({data}: ImageData): Uint8Array {
  return Uint8Array.from({length: data.length / 4}, (_, i) => data[4 * i + 3]);
}

/** The box around the ink, and the middle of it. */
function boxOf(ink: Uint8Array, width: number, height: number) {
  let [left, right, top, bottom, mass, x, y] = [width, 0, height, 0, 0, 0, 0];
  ink.forEach((byte, i) => {
    if (byte === 0) return;
    const [column, row] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [
      Math.min(left, column),
      Math.max(right, column + 1),
      Math.min(top, row),
      Math.max(bottom, row + 1),
    ];
    mass += byte;
    x += byte * (column + 0.5);
    y += byte * (row + 0.5);
  });
  return mass === 0 ? undefined : {left, right, top, bottom, x: x / mass, y: y / mass};
}
