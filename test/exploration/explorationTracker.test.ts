import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ExplorationTracker} from '../../src/exploration/explorationTracker.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';

const a = (...positions: number[]) => Topology.fromPositions([2, 4], positions);
const b = (...positions: number[]) => Topology.fromPositions([1, 1, 2, 6], positions);
const tracked = () =>
  new ExplorationTracker([
    {name: 'a', topology: a(0, 5)},
    {name: 'b', topology: b(1, 2, 11)},
  ]);

describe('rates', () => {
  it('begin at the density of the initial topologies', () => {
    const tracker = tracked();
    expect(tracker.rate).toBe(5 / 20);
    expect(tracker.rates()).toEqual({a: 2 / 8, b: 3 / 12});
    expect(tracker.history).toEqual([{step: 0, rate: 5 / 20, rates: [2 / 8, 3 / 12]}]);
  });

  it('count every position that was ever active once', () => {
    const tracker = tracked();
    tracker.record(100, [a(0, 7), b(1, 2, 11)]);
    tracker.record(200, [a(5, 6), b(0, 3, 11)]);
    // a: {0, 5, 6, 7} of 8, b: {0, 1, 2, 3, 11} of 12.
    expect(tracker.rates()).toEqual({a: 4 / 8, b: 5 / 12});
    expect(tracker.rate).toBe(9 / 20);
    expect(tracker.history.map(({step, rate}) => [step, rate])).toEqual([
      [0, 5 / 20],
      [100, 6 / 20],
      [200, 9 / 20],
    ]);
    expect(tracker.history[1].rates).toEqual([3 / 8, 3 / 12]);
  });

  it('never fall and never exceed 1, whatever is recorded', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat({max: 60}), {minLength: 1, maxLength: 10}), (seed, counts) => {
        const random = seededRandom(seed);
        const tracker = new ExplorationTracker([{name: 'fc', topology: Topology.random([6, 10], counts[0], random)}]);
        for (const [step, nnz] of counts.entries()) tracker.record(step, [Topology.random([6, 10], nnz, random)]);
        const rates = tracker.history.map(({rate}) => rate);
        expect(rates).toEqual([...rates].sort((x, y) => x - y));
        expect(rates.at(-1)).toBeLessThanOrEqual(1);
        expect(tracker.rate).toBeGreaterThanOrEqual(Math.max(...counts) / 60);
      }),
    );
  });

  it('are 0 without layers', () => {
    const tracker = new ExplorationTracker([]);
    expect([tracker.rate, tracker.rates()]).toEqual([0, {}]);
  });
});

describe('explored', () => {
  it('is the set of a layer, by index or name', () => {
    const tracker = tracked();
    tracker.record(1, [a(3, 5), b(1, 2, 11)]);
    const set = tracker.explored('a');
    expect([0, 1, 2, 3, 4, 5, 6, 7].filter((position) => set.has(position))).toEqual([0, 3, 5]);
    expect(tracker.explored(0)).toBe(set);
    expect(tracker.explored(1).count).toBe(3);
  });

  it.each(['c', 2, -1])('refuses the unknown layer %s', (layer) => {
    expect(() => tracked().explored(layer)).toThrow(
      `ExplorationTracker: layer must be the index or name of a sparse layer, received ${layer}. The layers are a, b.`,
    );
  });
});

describe('record', () => {
  it.each([
    ['too few topologies', 5, [a(1)], 'topologies must be one for each of the 2 layers, received 1.'],
    [
      'another shape in the last layer',
      5,
      [a(1), a(1)],
      "the topology of layer 'b' must have the shape [1,1,2,6], received [2,4].",
    ],
    ['an earlier step', 2, [a(1), b(0)], 'step must be an integer of at least 3, the last one recorded, received 2.'],
    ['a step that is no number', Number.NaN, [a(1), b(0)], 'step must be an integer of at least 3'],
  ])('changes nothing when it is given %s', (_, step, topologies, message) => {
    const tracker = tracked();
    tracker.record(3, [a(0, 5), b(1, 2, 11)]);
    const before = JSON.stringify(tracker);
    expect(() => tracker.record(step, topologies)).toThrow(`ExplorationTracker: ${message}`);
    expect(JSON.stringify(tracker)).toBe(before);
  });

  it('needs distinct names', () => {
    const twice = {name: 'a', topology: a(1)};
    expect(() => new ExplorationTracker([twice, twice])).toThrow(
      "ExplorationTracker: layers must have distinct names, received 'a' twice.",
    );
  });
});

describe('JSON', () => {
  it('keeps everything, and the copy goes on by itself', () => {
    const tracker = tracked();
    tracker.record(10, [a(0, 7), b(1, 2, 11)]);
    const copy = ExplorationTracker.fromJSON(JSON.parse(JSON.stringify(tracker)));
    expect(copy.toJSON()).toEqual(tracker.toJSON());
    expect(copy.rates()).toEqual(tracker.rates());
    copy.record(20, [a(1, 2), b(1, 2, 11)]);
    expect(copy.rate).toBe(8 / 20);
    expect(tracker.rate).toBe(6 / 20);
    expect(tracker.history.length).toBe(2);
  });

  it('is what the bits say', () => {
    expect(tracked().toJSON()).toEqual({
      format: 'itop-exploration',
      version: 1,
      layers: [
        // Bits 0 and 5; bits 1, 2 and 11: the words 0x21 and 0x806, little-endian.
        {name: 'a', shape: [2, 4], explored: {encoding: 'bits', count: 2, data: 'IQAAAA=='}},
        {name: 'b', shape: [1, 1, 2, 6], explored: {encoding: 'bits', count: 3, data: 'BggAAA=='}},
      ],
      history: [{step: 0, rate: 0.25, rates: [0.25, 0.25]}],
    });
  });

  it('comes back equal for any training', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat({max: 99}), {minLength: 1, maxLength: 6}), (seed, counts) => {
        const random = seededRandom(seed);
        const tracker = new ExplorationTracker([{name: 'fc', topology: Topology.random([9, 11], counts[0], random)}]);
        for (const [step, nnz] of counts.entries()) tracker.record(step, [Topology.random([9, 11], nnz, random)]);
        const text = JSON.stringify(tracker);
        expect(JSON.stringify(ExplorationTracker.fromJSON(JSON.parse(text)))).toBe(text);
      }),
    );
  });

  it('refuses something else, and damaged sets by the name of their layer', () => {
    expect(() => ExplorationTracker.fromJSON({})).toThrow(
      'ExplorationTracker: json must be what toJSON() returned, received {}.',
    );
    const json = tracked().toJSON();
    const damaged = {...json.layers[1], explored: {...json.layers[1].explored, data: 'BggA'}};
    expect(() => ExplorationTracker.fromJSON({...json, layers: [json.layers[0], damaged]})).toThrow(
      "ExplorationTracker, layer 'b': data must hold 3 of 12 positions as bits, received 4 characters that hold none.",
    );
    expect(() => ExplorationTracker.fromJSON({...json, layers: [json.layers[0], json.layers[0]]})).toThrow(
      'distinct names',
    );
  });
});
