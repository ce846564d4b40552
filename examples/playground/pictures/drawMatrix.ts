import type {LayerFrame} from '../protocol.ts';
import {channels, color, prepare} from './canvas.ts';

/** Cells in a row or a column of the picture, at most. */
const MOST = 160;

/** Where a layer has connections: inputs from top to bottom, outputs from left to right; those of the last update stand out. */
export function drawMatrix(canvas: HTMLCanvasElement, layer: LayerFrame | undefined, step: number): void {
  const {context, width, height} = prepare(canvas);
  if (!layer) return;
  const {rows, cols, positions, ages} = layer;
  const [high, wide] = [Math.min(rows, MOST), Math.min(cols, MOST)];
  const [old, grown] = [new Float32Array(high * wide), new Float32Array(high * wide)];
  positions.forEach((position, slot) => {
    const row = Math.floor((Math.floor(position / cols) * high) / rows);
    const col = Math.floor(((position % cols) * wide) / cols);
    (step > 0 && ages[slot] === 0 ? grown : old)[row * wide + col]++;
  });
  context.imageSmoothingEnabled = false;
  context.drawImage(toPicture(wide, high, [old, grown], ['sparse', 'grown']), 0, 0, width, height);
  context.strokeStyle = color('rule');
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
}

/** How many connections each pixel has into the first layer: the more, the stronger its colour. All channels of a pixel together. */
export function drawInputMap(canvas: HTMLCanvasElement, layer: LayerFrame | undefined, shape: readonly number[]): void {
  const {context, width, height} = prepare(canvas);
  const [rows, cols, depth = 1] = shape;
  if (!layer || cols === undefined) return;
  const counts = new Float32Array(rows * cols);
  for (const position of layer.positions) counts[Math.floor(position / layer.cols / depth)]++;
  const side = Math.min(width, height);
  context.imageSmoothingEnabled = false;
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  context.drawImage(toPicture(cols, rows, [counts], ['sparse']), left, top, side, side);
  context.strokeStyle = color('rule');
  context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
}

/** A picture of counts, each kind in its colour, on the colour of a card. */
function toPicture(
  wide: number,
  high: number,
  kinds: readonly Float32Array[],
  names: readonly string[],
): OffscreenCanvas {
  const card = channels(color('card'));
  const tones = names.map((name) => channels(color(name)));
  const most = Math.max(1, ...kinds.map((counts) => counts.reduce((largest, count) => Math.max(largest, count), 0)));
  const image = new ImageData(wide, high);
  for (let cell = 0; cell < wide * high; cell++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * cell + channel] = kinds.reduce(
        (under, counts, kind) => under + Math.sqrt(counts[cell] / most) * (tones[kind][channel] - under),
        card[channel],
      );
    }
    image.data[4 * cell + 3] = 255;
  }
  const canvas = new OffscreenCanvas(wide, high);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
