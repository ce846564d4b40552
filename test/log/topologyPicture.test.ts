import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {decodeBase64} from '../../src/io/base64.ts';
import {densityGrid, histogram, topologyPicture} from '../../src/log/topologyPicture.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';

const cells = (topology: Topology, side?: number) => [...decodeBase64(densityGrid(topology, side).cells)!];

describe('densityGrid', () => {
  it('is the mask itself where that is small', () => {
    const mask = [0, 1, 0, 0, 1, 1];
    const topology = Topology.fromMask([2, 3], mask);
    expect(densityGrid(topology)).toMatchObject({rows: 2, cols: 3, max: 1});
    expect(cells(topology)).toEqual(mask.map((bit) => 255 * bit));
  });

  it('gives the density of each part', () => {
    // Five rows are parts of 3 and 2, four columns of 2 and 2: 6, 6, 4, 4 positions with 5, 1, 2, 0 active.
    const topology = Topology.fromMask([5, 4], [1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
    const {rows, cols, max} = densityGrid(topology, 2);
    expect([rows, cols, max]).toEqual([2, 2, 5 / 6]);
    expect(cells(topology, 2)).toEqual([255, 51, 153, 0]);
  });

  it('accounts for every connection, whatever the shape', () => {
    const shapes = fc.record({
      rows: fc.integer({min: 1, max: 90}),
      cols: fc.integer({min: 1, max: 90}),
      side: fc.integer({min: 1, max: 60}),
    });
    fc.assert(
      fc.property(shapes, fc.integer(), ({rows, cols, side}, seed) => {
        const all = Topology.dense([rows, cols]);
        expect(new Set(cells(all, side))).toEqual(new Set([255]));
        const one = Topology.random([rows, cols], 1, seededRandom(seed));
        expect(cells(one, side).filter((cell) => cell > 0)).toEqual([255]);
      }),
      {numRuns: 50},
    );
  });

  it('of no connection is empty', () => {
    expect(densityGrid(Topology.fromPositions([2, 2], []))).toMatchObject({max: 0});
    expect(cells(Topology.fromPositions([2, 2], []))).toEqual([0, 0, 0, 0]);
  });
});

describe('histogram', () => {
  it('has a bin per value where there are few', () => {
    expect(histogram(Int32Array.of(3, 5, 3, 6))).toEqual({min: 3, width: 1, counts: [2, 0, 1, 1]});
    expect(histogram(Int32Array.of(7, 7))).toEqual({min: 7, width: 1, counts: [2]});
  });

  it('takes wider bins where there are many', () => {
    expect(histogram(Int32Array.of(0, 1, 2, 3, 9), 4)).toEqual({min: 0, width: 3, counts: [3, 1, 0, 1]});
  });
});

describe('topologyPicture', () => {
  it('counts active inputs of outputs, and outputs of inputs', () => {
    const topology = Topology.fromMask([2, 3], [1, 1, 0, 1, 0, 0]);
    expect(topologyPicture(topology, true)).toMatchObject({
      fanIn: {min: 0, width: 1, counts: [1, 1, 1]},
      fanOut: {min: 1, width: 1, counts: [1, 1]},
      inputs: [2, 1],
    });
    expect(topologyPicture(topology).inputs).toBeUndefined();
  });

  it('stays small for a large layer', () => {
    const topology = Topology.random([3072, 1024], 150_000, seededRandom(1));
    expect(JSON.stringify(topologyPicture(topology)).length).toBeLessThan(5000);
  });
});
