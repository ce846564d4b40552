import fc from 'fast-check';
import type {DenseGradient, GrowRequest, PruneRequest} from '../../src/algorithms/types.ts';
import {createPositionSet} from '../../src/topology/positionSet.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {fromTorch, shapeFromTorch} from './reference.ts';

/** Small shapes of dense and convolutional kernels, single rows, columns and elements among them. */
export const anyShape: fc.Arbitrary<number[]> = fc.oneof(
  fc.array(fc.integer({min: 1, max: 12}), {minLength: 2, maxLength: 2}),
  fc.array(fc.integer({min: 1, max: 4}), {minLength: 4, maxLength: 4}),
);

/** Random topologies of every density from 0 to 1, both included. */
export const anyTopology: fc.Arbitrary<Topology> = fc
  .tuple(anyShape, fc.double({min: 0, max: 1, noNaN: true}), fc.integer())
  .map(([shape, density, seed]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return Topology.random(shape, Math.round(density * size), seededRandom(seed));
  });

/** `length` numbers in [−1, 1), about a third of them from a small set of values, so that ties and zeros occur. */
export function someNumbers(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const often = [0, -0, 0.25, -0.25, 0.5];
  return Float32Array.from({length}, () => (random() < 0.3 ? often[Math.floor(random() * 5)] : random() * 2 - 1));
}

/** A topology of a PyTorch mask, in the layout of TensorFlow.js. */
export function topologyFromTorch(shape: readonly number[], mask: readonly number[]): Topology {
  return Topology.fromMask(shapeFromTorch(shape), fromTorch(shape, mask));
}

/** The elements of a flat dense tensor at the active positions, by slot. */
export function atActive(topology: Topology, dense: ArrayLike<number>): Float32Array {
  return Float32Array.from(topology.positions(), (position) => dense[position]);
}

/** The flat dense tensor with these values at the active positions and 0 elsewhere. */
export function toDense(topology: Topology, values: ArrayLike<number>): number[] {
  const dense = new Array<number>(topology.size).fill(0);
  topology.positions().forEach((position, slot) => {
    dense[position] = values[slot];
  });
  return dense;
}

/** What an update does to the values and to every optimizer slot. */
export function carry(values: ArrayLike<number>, source: Int32Array): Float32Array {
  return Float32Array.from(source, (slot) => (slot < 0 ? 0 : values[slot]));
}

/** A dense gradient that is there as a whole. */
export function denseGradient(gradient: ArrayLike<number>): DenseGradient {
  const values = Float32Array.from(gradient);
  return {size: values.length, block: (begin, end) => values.subarray(begin, end)};
}

/** A request with a topology of one row, one slot per value. */
export function pruneRequest(values: ArrayLike<number>, request: Partial<PruneRequest> = {}): PruneRequest {
  const fraction = request.fraction ?? 0.5;
  return {
    name: 'layer',
    topology: Topology.dense([1, Math.max(1, values.length)]),
    values: Float32Array.from(values),
    fraction,
    k: Math.ceil(fraction * values.length),
    left: values.length,
    random: seededRandom(1),
    ...request,
  };
}

/** A request to grow `k` positions of a topology; explored is what is active, unless given. */
export function growRequest(topology: Topology, k: number, request: Partial<GrowRequest> = {}): GrowRequest {
  const {shape, size} = topology;
  const explored = createPositionSet(size);
  explored.add(topology.positions());
  return {name: 'layer', shape, size, active: topology.positions(), k, explored, random: seededRandom(1), ...request};
}
