import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {denseIndex} from '../../src/ops/denseIndex.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeBackends} from '../support/backends.ts';

describeBackends('denseIndex', (backendName) => {
  test('holds the slot of each position and the position of each slot', async () => {
    const topology = Topology.fromPositions([2, 3], [1, 2, 4]);
    const {slots, positions} = denseIndex(topology);
    expect([...(await slots.data())]).toEqual([3, 0, 1, 3, 2, 3]);
    expect([...(await positions.data())]).toEqual([1, 2, 4]);
    expect([slots.dtype, positions.dtype]).toEqual(['int32', 'int32']);
    releaseTopology(topology);
  });

  test('is made once for a topology, and outlives the tidy in which it was made', () => {
    const topology = Topology.dense([2, 3]);
    tf.engine().startScope();
    const index = denseIndex(topology);
    tf.engine().endScope();
    expect(denseIndex(topology)).toBe(index);
    expect(index.slots.isDisposed).toBe(false);
    releaseTopology(topology);
    expect([index.slots.isDisposed, index.positions.isDisposed]).toEqual([true, true]);
  });

  test('is made anew after it was released', () => {
    const topology = Topology.dense([2, 3]);
    const index = denseIndex(topology);
    releaseTopology(topology);
    expect(denseIndex(topology)).not.toBe(index);
    releaseTopology(topology);
    releaseTopology(topology);
  });

  test('stays on its backend, and the positions of the topology stay its own', async () => {
    const topology = Topology.fromPositions([2, 3], [1, 2, 4]);
    const here = denseIndex(topology);
    await tf.setBackend(backendName === 'cpu' ? 'wasm' : 'cpu');
    const there = denseIndex(topology);
    await tf.setBackend(backendName);
    expect(there).not.toBe(here);
    expect(denseIndex(topology)).toBe(here);
    releaseTopology(topology);
    expect(there.slots.isDisposed).toBe(true);
    expect([...topology.positions()]).toEqual([1, 2, 4]);
  });

  test('names the shape that is too large for a dense kernel', () => {
    const topology = Topology.fromPositions([2 ** 16, 2 ** 16], [7]);
    expect(() => denseIndex(topology)).toThrow(
      new RangeError(
        `sparse op: a dense kernel must have at most 2147483647 elements on the backend "${backendName}", received the shape ` +
          '[65536,65536]. Use a backend with sparse kernels, such as cpu or wasm.',
      ),
    );
    releaseTopology(topology);
  });
});
