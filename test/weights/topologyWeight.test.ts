import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {denseIndex} from '../../src/ops/denseIndex.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {TopologyWeight} from '../../src/weights/topologyWeight.ts';
import {expectNoLeaks} from '../support/leaks.ts';

await tf.setBackend('cpu');

describe('TopologyWeight', () => {
  const topology = Topology.fromPositions([3, 4], [1, 2, 4, 11]);
  let weight: TopologyWeight;

  expectNoLeaks();

  beforeEach(() => {
    weight = new TopologyWeight('layer/topology', topology);
  });

  afterEach(() => weight.dispose());

  test('reads as row pointers and column indices', () => {
    const packed = weight.read();
    expect([...packed.dataSync()]).toEqual([0, 2, 3, 4, 1, 2, 0, 3]);
    expect([packed.dtype, packed.shape]).toEqual(['int32', [8]]);
    expect(weight.length).toBe(8);
  });

  test('makes its tensor once, and lets it outlive a tidy', () => {
    const packed = tf.tidy(() => weight.read());
    expect(packed.isDisposed).toBe(false);
    expect(weight.read()).toBe(packed);
  });

  test.each([[[6, 5]], [[3, 2, 4, 3]], [[1, 1]]])('takes over what another one of shape [%s] reads', (shape) => {
    const size = shape.reduce((a, b) => a * b);
    const nnz = Math.ceil(size / 3);
    const source = new TopologyWeight('source', Topology.random(shape, nnz, seededRandom(1)));
    const target = new TopologyWeight('target', Topology.random(shape, nnz, seededRandom(2)));
    target.write(source.read());
    expect(target.topology.equals(source.topology)).toBe(true);
    expect(target.topology.shape).toEqual(shape);
    expect([...target.read().dataSync()]).toEqual([...source.read().dataSync()]);
    source.dispose();
    target.dispose();
  });

  test('tells that it took over another topology, once it has it', () => {
    const seen: number[][] = [];
    const told: TopologyWeight = new TopologyWeight('told', topology, {
      written: () => seen.push([...told.topology.positions()]),
    });
    tf.tidy(() => told.write(tf.tensor1d([0, 1, 2, 4, 0, 0, 0, 1], 'int32')));
    told.topology = topology;
    expect(seen).toEqual([[0, 4, 8, 9]]);
    told.dispose();
  });

  test('keeps its topology, and what belongs to it, where the same is written', () => {
    let released = 0;
    const kept = new TopologyWeight('kept', topology, {released: () => released++});
    tf.tidy(() => kept.write(kept.read().clone()));
    expect(kept.topology).toBe(topology);
    expect(released).toBe(0);
    kept.dispose();
  });

  test('keeps no reference to what was written', () => {
    const packed = tf.tensor1d([0, 2, 3, 4, 0, 3, 1, 2], 'int32');
    weight.write(packed);
    (packed.dataSync() as Int32Array).fill(9);
    packed.dispose();
    expect([...weight.topology.positions()]).toEqual([0, 3, 5, 10]);
  });

  test('forgets the tensors of the topology that is replaced', () => {
    const packed = weight.read();
    const {slots} = denseIndex(topology);
    weight.topology = Topology.fromPositions([3, 4], [0]);
    expect([packed.isDisposed, slots.isDisposed]).toEqual([true, true]);
    expect([...weight.read().dataSync()]).toEqual([0, 1, 1, 1, 0]);
    expect(weight.length).toBe(5);
  });

  test('keeps its tensors if it is given the topology that it has', () => {
    const packed = weight.read();
    weight.topology = topology;
    expect(packed.isDisposed).toBe(false);
  });

  test('can be read again after dispose', () => {
    weight.read();
    weight.dispose();
    expect([...weight.read().dataSync()]).toEqual([0, 2, 3, 4, 1, 2, 0, 3]);
  });

  test.each<[string, number[], tf.DataType]>([
    ['too few connections', [0, 2, 3, 3, 1, 2, 0], 'int32'],
    ['too many connections', [0, 2, 3, 5, 1, 2, 0, 2, 3], 'int32'],
    ['a first row that does not begin at 0', [1, 2, 3, 4, 1, 2, 0, 3], 'int32'],
    ['a last row that does not end at nnz', [0, 2, 3, 3, 1, 2, 0, 3], 'int32'],
    ['rows that run backwards', [0, 3, 2, 4, 1, 2, 3, 3], 'int32'],
    ['rows beyond the end', [0, 9, 3, 4, 1, 2, 0, 3], 'int32'],
    ['a column outside the kernel', [0, 2, 3, 4, 1, 4, 0, 3], 'int32'],
    ['a negative column', [0, 2, 3, 4, -1, 2, 0, 3], 'int32'],
    ['a connection twice', [0, 2, 3, 4, 2, 2, 0, 3], 'int32'],
    ['descending columns', [0, 2, 3, 4, 2, 1, 0, 3], 'int32'],
    ['nothing', [], 'int32'],
    ['floats', [0, 2, 3, 4, 1, 2, 0, 3], 'float32'],
  ])('refuses %s and stays as it was', (_, numbers, dtype) => {
    const packed = tf.tensor1d(numbers, dtype as 'int32');
    expect(() => weight.write(packed)).toThrow(
      new RangeError(
        'layer/topology: a saved topology must hold 4 ascending connections of the shape [3,4], received ' +
          `${numbers.length} ${dtype} numbers that do not. Check that the file belongs to this model.`,
      ),
    );
    expect(weight.topology).toBe(topology);
    packed.dispose();
  });
});
