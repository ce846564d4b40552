import type {Frame, LayerFrame} from '../protocol.ts';
import {color, prepare} from './canvas.ts';

const MARGIN = 16;
const RADIUS = 4.5;
/** The weight at which a line is thickest. */
const STRONG = 1.2;

/** Every neuron and every connection: blue adds, orange subtracts, the thicker the stronger; those of the last update stand out. */
export function drawNetwork(canvas: HTMLCanvasElement, frame: Frame | undefined): void {
  const {context, width, height} = prepare(canvas);
  if (!frame) return;
  const counts = [frame.layers[0].rows, ...frame.layers.map(({cols}) => cols)];
  const x = (layer: number) => MARGIN + (layer / (counts.length - 1)) * (width - 2 * MARGIN);
  const y = (layer: number, neuron: number) => MARGIN + ((neuron + 0.5) / counts[layer]) * (height - 2 * MARGIN);
  frame.layers.forEach((layer, i) => {
    connections(context, layer, frame.step, (row, col) => [x(i), y(i, row), x(i + 1), y(i + 1, col)]);
  });
  counts.forEach((count, layer) => {
    const isActive = activeNeurons(frame.layers, layer, count);
    for (let neuron = 0; neuron < count; neuron++) {
      context.beginPath();
      context.arc(x(layer), y(layer, neuron), RADIUS, 0, 2 * Math.PI);
      context.fillStyle = color(isActive[neuron] ? 'text' : 'card');
      context.strokeStyle = color(isActive[neuron] ? 'text' : 'faint');
      context.lineWidth = 1;
      context.fill();
      context.stroke();
    }
  });
}

function connections(
  context: CanvasRenderingContext2D,
  {positions, values, ages, cols}: LayerFrame,
  step: number,
  ends: (row: number, col: number) => readonly [number, number, number, number],
): void {
  positions.forEach((position, slot) => {
    const [x0, y0, x1, y1] = ends(Math.floor(position / cols), position % cols);
    const middle = (x0 + x1) / 2;
    const strength = Math.min(1, Math.abs(values[slot]) / STRONG);
    // At the update itself a connection has age 0; those of the start have it before the first update only.
    const isNew = step > 0 && ages[slot] === 0;
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
    context.globalAlpha = isNew ? 1 : 0.3 + 0.7 * strength;
    context.strokeStyle = color(isNew ? 'grown' : values[slot] < 0 ? 'minus' : 'plus');
    context.lineWidth = isNew ? 1.6 : 0.6 + 3 * strength;
    context.stroke();
  });
  context.globalAlpha = 1;
}

/** Whether each neuron of a layer has a connection on both of its sides (the first and the last layer have one side). */
function activeNeurons(layers: readonly LayerFrame[], layer: number, count: number): readonly boolean[] {
  const into =
    layer === 0 ? undefined : new Set(Array.from(layers[layer - 1].positions, (at) => at % layers[layer - 1].cols));
  const out =
    layer === layers.length
      ? undefined
      : new Set(Array.from(layers[layer].positions, (at) => Math.floor(at / layers[layer].cols)));
  return Array.from({length: count}, (_, neuron) => (into?.has(neuron) ?? true) && (out?.has(neuron) ?? true));
}
