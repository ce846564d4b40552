import * as Plot from '@observablehq/plot';
import {toBase64} from '../io/base64.ts';

const HEADER = 54;
const COLORS = 256;

/** 256 colours from dark to bright, as bytes blue, green, red, 0. */
const palette = viridis();

/**
 * A small picture as the address of an image: a Windows bitmap with a palette, which every browser shows.
 *
 * @param pixels  `[width · height]` bytes, row by row from the top, 0 dark to 255 bright
 */
export function bitmapAddress(width: number, height: number, pixels: Uint8Array): string {
  const stride = Math.ceil(width / 4) * 4;
  const begin = HEADER + 4 * COLORS;
  const bytes = new Uint8Array(begin + stride * height);
  const view = new DataView(bytes.buffer);
  const word = (offset: number, value: number) => view.setUint32(offset, value, true);
  bytes.set([0x42, 0x4d]); // 'BM'
  word(2, bytes.length);
  word(10, begin);
  word(14, 40); // size of the second header
  word(18, width);
  word(22, height);
  view.setUint16(26, 1, true); // planes
  view.setUint16(28, 8, true); // bits per pixel
  word(34, stride * height);
  word(46, COLORS);
  bytes.set(palette, HEADER);
  for (let row = 0; row < height; row++) {
    bytes.set(pixels.subarray(row * width, (row + 1) * width), begin + (height - 1 - row) * stride);
  }
  return `data:image/bmp;base64,${toBase64(bytes)}`;
}

/** Whole numbers, 0 to `max`, as the brightness of pixels. */
export function toPixels(values: ArrayLike<number>, max: number): Uint8Array {
  return Uint8Array.from(values, (value) => (max === 0 ? 0 : Math.round((255 * value) / max)));
}

function viridis(): Uint8Array {
  const {apply} = Plot.scale({color: {type: 'linear', domain: [0, COLORS - 1], scheme: 'viridis'}})!;
  return Uint8Array.from(Array.from({length: COLORS}, (_, i) => [...bgr(apply(i) as string), 0]).flat());
}

/** Blue, green and red of `#rrggbb`. */
function bgr(color: string): number[] {
  return [5, 3, 1].map((place) => Number.parseInt(color.slice(place, place + 2), 16));
}
