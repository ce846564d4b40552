import {type Dataset, seededRandom} from 'itop/data';
import type {DataName} from '../protocol.ts';

type Point = readonly [x: number, y: number];
type Random = () => number;

/** Draws a point of a class; the plane is [−1, 1] × [−1, 1]. */
const SHAPES: Partial<Record<DataName, (label: number, random: Random) => Point>> = {
  circle: (label, random) => polar(label === 0 ? 0.42 * Math.sqrt(random()) : 0.6 + 0.35 * random(), random()),
  xor: (label, random) => {
    const [x, y] = [0.06 + 0.88 * random(), 0.06 + 0.88 * random()];
    const side = random() < 0.5 ? -1 : 1;
    return [side * x, (label === 0 ? side : -side) * y];
  },
  moons: (label, random) => {
    const turn = Math.PI * random();
    const side = label === 0 ? 1 : -1;
    return [
      side * (0.58 * Math.cos(turn) - 0.28) + noise(0.05, random),
      side * (0.58 * Math.sin(turn) - 0.2) + noise(0.05, random),
    ];
  },
  spirals: (label, random) => {
    const way = Math.sqrt(random());
    const [x, y] = polar(0.08 + 0.85 * way, 0.5 * label + 1.1 * way);
    return [x + noise(0.02, random), y + noise(0.02, random)];
  },
};

/** Points of two classes, as bytes: 0 … 255 stands for −1 … 1. */
export function points(name: DataName, count: number, seed: string): Dataset {
  const random = seededRandom(`${name} ${seed}`);
  const shape = SHAPES[name]!;
  const inputs = new Uint8Array(2 * count);
  const labels = Uint8Array.from({length: count}, (_, i) => i % 2);
  labels.forEach((label, i) => {
    inputs.set(shape(label, random).map(toByte), 2 * i);
  });
  return {inputs, labels, count, sampleShape: [1, 1, 2], classes: 2};
}

/** @param turns  of the circle */
function polar(radius: number, turns: number): Point {
  return [radius * Math.cos(2 * Math.PI * turns), radius * Math.sin(2 * Math.PI * turns)];
}

/** About normal, by the sum of four. */
function noise(deviation: number, random: Random): number {
  return deviation * (random() + random() + random() + random() - 2) * Math.sqrt(3);
}

function toByte(coordinate: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, (coordinate + 1) / 2)));
}
