import type {RunInfo} from '../protocol.ts';
import {channels, color, prepare} from './canvas.ts';

/** What a network says of the plane, with points of the test set: orange is class 0, blue class 1. */
export function drawPlane(
  canvas: HTMLCanvasElement,
  size: number,
  map: Uint8Array | undefined,
  points: RunInfo['points'],
): void {
  const {context, width, height} = prepare(canvas);
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  if (map) context.drawImage(picture(map, size), left, top, side, side);
  context.strokeStyle = color('rule');
  context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  points?.labels.forEach((label, i) => {
    const x = left + (side * (points.xy[2 * i] + 1)) / 2;
    const y = top + (side * (1 - points.xy[2 * i + 1])) / 2;
    context.beginPath();
    context.arc(x, y, 2.2, 0, 2 * Math.PI);
    context.fillStyle = color(label === 1 ? 'plus' : 'minus');
    context.fill();
    context.strokeStyle = color('card');
    context.lineWidth = 0.7;
    context.stroke();
  });
}

/** Between the two colours, paler the less sure. */
function picture(map: Uint8Array, size: number): OffscreenCanvas {
  const image = new ImageData(size, size);
  const [card, minus, plus] = ['card', 'minus', 'plus'].map((name) => channels(color(name)));
  map.forEach((byte, cell) => {
    const sure = Math.abs(byte / 127.5 - 1) * 0.55;
    const end = byte > 127 ? plus : minus;
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * cell + channel] = card[channel] + sure * (end[channel] - card[channel]);
    }
    image.data[4 * cell + 3] = 255;
  });
  const canvas = new OffscreenCanvas(size, size);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
