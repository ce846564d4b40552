import {seededRandom, Topology} from 'itop';
import {blocksOf} from '../src/kernels/wasm/blocks.ts';
import {rowIndex} from '../src/kernels/wasm/frame.ts';
import {createHeap, type Heap} from '../src/kernels/wasm/heap.ts';
import {supportsRelaxedSimd} from '../src/kernels/wasm/kernelModule.ts';
import {tiledIndex} from '../src/kernels/wasm/tiledIndex.ts';
import {peakContestant} from './peak.ts';
import type {Case, Contestant} from './race.ts';

/** Layers of the MLPs that are large enough for a loop to be the whole time. */
const SHAPES = [
  [3072, 1024],
  [1024, 512],
  [784, 300],
] as const;
const BATCH = 128;
/** A run of the loop repeats it, so that the engine has optimised it after the first. */
const REPEATED = 20;

/** The bare loops on activations that lie as they want them, beside the SIMD peak of the core; one thread. */
export async function* loopCases(densities: readonly number[]): AsyncGenerator<Case> {
  const isRelaxed = supportsRelaxedSimd();
  const peak = await peakContestant(isRelaxed);
  for (const shape of SHAPES) {
    const heap = createHeap();
    const layers = densities.map((density) => layerLoops(heap, shape, density));
    for (const product of ['forward', 'gradient of input', 'gradient of weights'] as const) {
      yield {
        what: `${shape.join('×')} ${product}${isRelaxed ? ', relaxed SIMD' : ''}`,
        contestants: [peak, ...layers.map((loops) => loops[product])],
      };
    }
  }
}

type Product = 'forward' | 'gradient of input' | 'gradient of weights';

function layerLoops(heap: Heap, [rows, cols]: readonly [number, number], density: number): Record<Product, Contestant> {
  const {kernels} = heap;
  const topology = Topology.random([rows, cols], Math.round(density * rows * cols), seededRandom(1));
  const {nnz} = topology;
  const {tiles, ptr, idx, slots} = tiledIndex({heap}, topology);
  const [rowPtr, colIdx] = rowIndex({heap}, topology);
  const numbers = (length: number) => {
    const address = heap.allocate(4 * length);
    const random = seededRandom(length);
    new Float32Array(heap.memory.buffer, address, length).set(Float32Array.from({length}, () => random() - 0.5));
    return address;
  };
  const [values, byColumn, dValues] = [numbers(nnz), numbers(nnz), numbers(nnz)];
  const [x, y, dy, dx] = [rows, cols, cols, rows].map((features) => numbers(features * BATCH));
  const blocks = blocksOf(BATCH);
  const at = (buffer: number, features: number, begin: number) => buffer + 4 * begin * features;
  const linear = Number.NEGATIVE_INFINITY;
  const contestant = (loop: () => void): Contestant => ({
    label: `${density}`,
    flops: 2 * nnz * BATCH,
    times: REPEATED,
    run: async () => {
      for (let i = 0; i < REPEATED; i++) loop();
    },
  });
  return {
    forward: contestant(() => {
      kernels.gather(values, slots, byColumn, 0, nnz);
      for (const {begin, stride} of blocks) {
        const [from, to] = [at(x, rows, begin), at(y, cols, begin)];
        kernels.multiplyTiles(ptr, tiles, idx, byColumn, from, to, cols, stride, 0, linear);
      }
    }),
    'gradient of input': contestant(() => {
      for (const {begin, stride} of blocks) {
        const [from, to] = [at(dy, cols, begin), at(dx, rows, begin)];
        kernels.multiply(rowPtr, colIdx, values, from, to, 0, rows, stride, 0, linear);
      }
    }),
    'gradient of weights': contestant(() => {
      kernels.clear(dValues, nnz);
      for (const {begin, stride} of blocks) {
        kernels.addDots(rowPtr, colIdx, at(x, rows, begin), 0, at(dy, cols, begin), dValues, 0, rows, stride);
      }
    }),
  };
}
