import * as tf from '@tensorflow/tfjs';
import '../../../src/kernels/register.ts';
import {Topology} from 'itop';
import {sparseMatMul} from 'itop/core';
import {beforeAll, describe, expect, it} from 'vitest';
import {createHeap} from '../../../src/kernels/wasm/heap.ts';
import {tiledIndex} from '../../../src/kernels/wasm/tiledIndex.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {expectClose} from '../../support/close.ts';

describe('the tiled index of a dense layer', () => {
  it('of few inputs is the transposed index', () => {
    const heap = createHeap();
    const topology = Topology.random([40, 7], 60, seededRandom(1));
    const {tiles, ptr, slots} = tiledIndex({heap}, topology);
    const expected = topology.transposed();
    expect(tiles).toBe(1);
    expect([...new Int32Array(heap.memory.buffer, ptr, 8)]).toEqual([...expected.colPtr]);
    expect([...new Int32Array(heap.memory.buffer, slots, 60)]).toEqual([...expected.slots]);
  });

  it('of many inputs has, tile after tile, the entries of each output', () => {
    const heap = createHeap();
    const [rows, cols, nnz] = [3500, 5, 400];
    const topology = Topology.random([rows, cols], nnz, seededRandom(1));
    const {tiles, ptr, idx, slots} = tiledIndex({heap}, topology);
    expect(tiles).toBe(3);
    const read = (address: number, length: number) => new Int32Array(heap.memory.buffer, address, length);
    const [pointers, inputs, places] = [read(ptr, tiles * (cols + 1)), read(idx, nnz), read(slots, nnz)];
    const positions = topology.positions();
    for (let tile = 0; tile < tiles; tile++) {
      for (let col = 0; col < cols; col++) {
        const place = tile * (cols + 1) + col;
        for (let entry = pointers[place]; entry < pointers[place + 1]; entry++) {
          expect(positions[places[entry]]).toBe(inputs[entry] * cols + col);
          expect(Math.floor(inputs[entry] / 1167)).toBe(tile);
        }
      }
    }
    expect([...places].sort((a, b) => a - b)).toEqual(Array.from({length: nnz}, (_, i) => i));
  });

  it.each([
    ['fewer inputs, if they have many connections', [1024, 512], 200_000, 3],
    ['all inputs, if outputs would have few connections in a tile of fewer', [1024, 8192], 200_000, 1],
    [
      'all inputs, if outputs would have none in most tiles, so that the index grows with the connections alone',
      [30_000, 30_000],
      1000,
      1,
    ],
    ['more inputs, if outputs would have less than a connection in a tile', [30_000, 1000], 3500, 3],
  ] as const)('has tiles of %s', (_, shape, nnz, tiles) => {
    const heap = createHeap();
    expect(tiledIndex({heap}, Topology.random(shape, nnz, seededRandom(1))).tiles).toBe(tiles);
  });
});

describe.each([3, 5, 32, 50])('the product of a wide layer with %i samples', (batch) => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each([
    ['many connections', [3500, 5], 2000],
    ['outputs without connections', [3500, 5], 6],
    ['connections to the first inputs only', [3500, 5], 0],
    ['tiles of fewer inputs', [300, 500], 140_000],
  ] as const)('equals the dense one with %s', (_, [rows, cols], nnz) => {
    const topology =
      nnz > 0
        ? Topology.random([rows, cols], nnz, seededRandom(2))
        : Topology.fromPositions(
            [rows, cols],
            Int32Array.from({length: 50}, (_, i) => 3 * i),
          );
    tf.tidy(() => {
      const x = tf.randomNormal([batch, rows], 0, 1, 'float32', 1) as tf.Tensor2D;
      const values = tf.randomNormal([topology.nnz], 0, 1, 'float32', 2) as tf.Tensor1D;
      const bias = tf.randomNormal([cols], 0, 1, 'float32', 3) as tf.Tensor1D;
      const kernel = new Float32Array(rows * cols);
      const numbers = values.dataSync();
      topology.positions().forEach((position, slot) => {
        kernel[position] = numbers[slot];
      });
      const dense = tf.relu(tf.add(tf.matMul(x, tf.tensor2d(kernel, [rows, cols])), bias));
      const sparse = sparseMatMul(x, values, topology, {bias, activation: 'relu'});
      expectClose(sparse.dataSync(), dense.dataSync());
    });
  });
});
