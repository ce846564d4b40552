import {gradientGrowth, magnitudePruning, randomGrowth, seededRandom, Topology} from 'itop';
import {releaseTopology, updateConnectivity} from 'itop/core';
import {rowIndex} from '../src/kernels/wasm/frame.ts';
import {createHeap, type Heap} from '../src/kernels/wasm/heap.ts';
import {tiledIndex} from '../src/kernels/wasm/tiledIndex.ts';
import {createPositionSet} from '../src/topology/positionSet.ts';
import type {Case, Contestant} from './race.ts';

/** First layers of MLPs. */
const SHAPES = [
  [3072, 1024],
  [3072, 4096],
] as const;
const FRACTION = 0.3;
/** Updated in turn, so that a processor cannot learn what it has to predict. */
const TOPOLOGIES = 4;
const GROWERS = {'by gradient': gradientGrowth(), 'at random': randomGrowth()};

/**
 * Dropping and growing 30 % of the connections of a layer whose gradient is ready in memory, without its tracker; and the same with the
 * indices that the next training step needs.
 */
export function* updateCases(densities: readonly number[]): Generator<Case> {
  for (const shape of SHAPES) {
    const heap = createHeap();
    const name = shape.join('×');
    const layers = densities.map((density) => updates(heap, shape, density));
    for (const grower of ['by gradient', 'at random'] as const) {
      const row = `${name} ${grower}`;
      yield {
        what: row,
        contestants: [
          ...layers.map((update) => update(grower, false)),
          ...layers.map((update) => ({...update(grower, true), row: `${row}, with indices`})),
        ],
      };
    }
  }
}

/** @returns makes a contestant of a grower, with or without the indices for the next step */
function updates(heap: Heap, shape: readonly [number, number], density: number) {
  const random = seededRandom(1);
  const size = shape[0] * shape[1];
  const numbers = (length: number) => Float32Array.from({length}, () => random() + random() - 1);
  const gradient = numbers(size);
  const explored = createPositionSet(size);
  const layers = Array.from({length: TOPOLOGIES}, () => {
    const topology = Topology.random(shape, Math.round(density * size), random);
    return {topology, values: numbers(topology.nnz), explored, fraction: FRACTION, pruner: magnitudePruning(), random};
  });
  const denseGradient = {size, block: (begin: number, end: number) => gradient.subarray(begin, end)};
  let turn = 0;
  return (grower: keyof typeof GROWERS, hasIndices: boolean): Contestant => {
    let cpu = 0;
    return {
      label: `${density}`,
      run: async () => {
        const layer = layers[turn++ % TOPOLOGIES];
        const before = process.cpuUsage();
        const {next} = updateConnectivity({...layer, grower: GROWERS[grower], denseGradient});
        if (hasIndices) {
          rowIndex({heap}, next);
          tiledIndex({heap}, next);
        }
        const {user, system} = process.cpuUsage(before);
        cpu = (user + system) / 1000;
        releaseTopology(next);
      },
      cpu: () => cpu,
    };
  };
}
