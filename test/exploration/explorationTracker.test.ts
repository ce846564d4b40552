import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {randomGrowth} from '../../src/algorithms/growers/randomGrowth.ts';
import {randomPruning} from '../../src/algorithms/pruners/randomPruning.ts';
import {updateConnectivity} from '../../src/algorithms/updateConnectivity.ts';
import {ExplorationTracker} from '../../src/exploration/explorationTracker.ts';
import type {ReliabilityRule} from '../../src/exploration/reliability.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {updateTopology} from '../../src/topology/update.ts';

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
    expect(tracker.history).toMatchObject([{step: 0, rate: 5 / 20, rates: [2 / 8, 3 / 12]}]);
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

  it('stand in the history in the order of the layers, whatever their names', () => {
    const tracker = new ExplorationTracker([
      {name: '10', topology: a(0, 5)},
      {name: '2', topology: b(1, 2, 11)},
    ]);
    tracker.record(1, [a(0, 5), b(1, 2, 3)]);
    expect(tracker.history[1]).toMatchObject({rates: [2 / 8, 4 / 12], reliableRates: [2 / 8, 2 / 12]});
  });

  it('are 0 without layers', () => {
    const tracker = new ExplorationTracker([]);
    expect([tracker.rate, tracker.rates()]).toEqual([0, {}]);
  });
});

describe('reliably explored is', () => {
  const of = (tracker: ExplorationTracker) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((position) => tracker.reliable('a').has(position));
  const trained = (reliableAfter?: ReliabilityRule) => {
    const tracker = new ExplorationTracker([{name: 'a', topology: a(0, 5)}], {reliableAfter});
    // Step 100: 5 goes, 7 comes. 250: 7 stays, 0 goes, 3 comes. 300: 3 goes, 5 comes again. 450: all stay.
    const reliable = [
      [100, a(0, 7)] as const,
      [250, a(3, 7)] as const,
      [300, a(5, 7)] as const,
      [450, a(5, 7)] as const,
    ];
    return reliable.map(([step, topology]) => {
      tracker.record(step, [topology]);
      expect(tracker.history.at(-1)?.reliableRate).toBe(tracker.reliableRate);
      expect(tracker.reliableRates()).toEqual({a: of(tracker).length / 8});
      return of(tracker);
    });
  };

  it('by default what outlived an update', () => {
    expect(trained()).toEqual([[0], [0, 7], [0, 7], [0, 5, 7]]);
  });

  it('or what outlived several in a row', () => {
    expect(trained({updates: 2})).toEqual([[], [], [7], [7]]);
  });

  it('or what was trained for so many steps in a row, whether it was kept or not', () => {
    // Both initial ones have 100 steps at the first update; 3 never has more than 50, 5 has 150 again at the last.
    expect(trained({steps: 100})).toEqual([
      [0, 5],
      [0, 5, 7],
      [0, 5, 7],
      [0, 5, 7],
    ]);
    // 0 has 250 steps when it goes, 7 has 200 at step 300.
    expect(trained({steps: 200})).toEqual([[], [0], [0, 7], [0, 7]]);
    expect(trained({steps: 50})).toEqual([
      [0, 5],
      [0, 5, 7],
      [0, 3, 5, 7],
      [0, 3, 5, 7],
    ]);
  });

  it('never more than explored, by a shorter rule never less than by a longer one', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({min: 1, max: 5}),
        fc.integer({min: 1, max: 500}),
        (seed, updates, steps) => {
          const random = seededRandom(seed);
          const topology = Topology.random([9, 11], 30, random);
          const rules = [{updates}, {updates: updates + 1}, {steps}, {steps: 2 * steps}];
          const trackers = rules.map(
            (reliableAfter) => new ExplorationTracker([{name: 'fc', topology}], {reliableAfter}),
          );
          for (let i = 1, step = 0, now = topology; i <= 8; i++) {
            step += Math.floor(random() * 100);
            now = updateConnectivity({
              topology: now,
              values: new Float32Array(30),
              fraction: 0.4,
              explored: trackers[0].explored(0),
              pruner: randomPruning(),
              grower: randomGrowth(),
              random,
            }).next;
            for (const tracker of trackers) tracker.record(step, [now]);
            const [short, long, few, many] = trackers.map(({reliableRate}) => reliableRate);
            expect(trackers[0].rate).toBeGreaterThanOrEqual(Math.max(short, few));
            expect(short).toBeGreaterThanOrEqual(long);
            expect(few).toBeGreaterThanOrEqual(many);
          }
        },
      ),
    );
  });

  it.each([{updates: 0}, {steps: 1.5}, {}, {updates: 1, steps: 1}])('refuses the rule %j', (rule) => {
    expect(() => new ExplorationTracker([], {reliableAfter: rule as ReliabilityRule})).toThrow(
      'ExplorationTracker: reliableAfter must be {updates: n} or {steps: n} with a positive integer n, received ' +
        JSON.stringify(rule),
    );
  });
});

describe('how long connections live', () => {
  it('is told by the share of grown ones that each update kept', () => {
    const tracker = tracked();
    tracker.record(100, [a(1, 2), b(1, 2, 11)]); // grows 1, 2
    tracker.record(200, [a(1, 3), b(0, 2, 11)]); // keeps one of two, grows a 3, b 0
    tracker.record(300, [a(3, 6), b(2, 5, 11)]); // of the young, a 3 stays, b 0 goes; of the old, a 1 goes
    expect(tracker.history.map(({survival}) => survival)).toEqual([null, null, 1 / 2, 1 / 2]);
    // First updates: 4 met one, 2 stayed. Second: a 1 met one and went.
    expect(tracker.survival()).toEqual([1 / 2, 0]);
    expect(tracker.survival('a')).toEqual([2 / 3, 0]);
    expect(tracker.survival('b')).toEqual([0]);
    expect(tracked().survival()).toEqual([]);
  });

  it('shows in the ages of the active ones, in steps', () => {
    const tracker = tracked();
    tracker.record(100, [a(0, 7), b(1, 2, 11)]);
    tracker.record(250, [a(0, 7), b(1, 3, 11)]);
    expect([...tracker.ages('a')]).toEqual([250, 150]);
    expect([...tracker.ages(1)]).toEqual([250, 0, 250]);
  });

  it('goes on where a connection is dropped and grown again in one update', () => {
    const topology = a(0, 5);
    // Drops 0 and 5, grows 5 and 7.
    const {next} = updateTopology(topology, Int32Array.of(0, 1), Int32Array.of(5, 7));
    const tracker = new ExplorationTracker([{name: 'a', topology}]);
    tracker.record(10, [next]);
    expect([...tracker.ages('a')]).toEqual([10, 0]);
    expect(tracker.reliable('a').has(5)).toBe(true);
  });
});

describe('a connection that is dropped and grown again with a fresh value', () => {
  const topology = a(0, 5);
  // Drops 0 and 5, grows 5 and 7; 5 begins anew.
  const {next} = updateTopology(topology, Int32Array.of(0, 1), Int32Array.of(5, 7));
  const fresh = Int32Array.of(-1, -1);
  const begun = (reliableAfter: ReliabilityRule) => {
    const tracker = new ExplorationTracker([{name: 'a', topology}], {reliableAfter});
    tracker.record(10, [next], [fresh]);
    return tracker;
  };

  it('begins anew: its age, its updates in a row, and the share of grown ones that were kept', () => {
    const tracker = begun({updates: 1});
    expect([...tracker.ages('a')]).toEqual([0, 0]);
    expect(tracker.reliable('a').count).toBe(0);
    tracker.record(20, [a(5, 7)], [fresh]);
    // Both met an update, and neither was kept.
    expect(tracker.history.map(({survival}) => survival)).toEqual([null, null, 0]);
    tracker.record(30, [a(5, 7)]);
    expect([...tracker.ages('a')]).toEqual([10, 10]);
    expect(tracker.reliableRate).toBe(2 / 8);
  });

  it('is explored and no further away, and was trained as long as it was before', () => {
    const tracker = begun({steps: 10});
    // 0 and 5 were trained for 10 steps before they were dropped.
    expect(tracker.reliableRate).toBe(2 / 8);
    expect(tracker.rate).toBe(3 / 8);
    // 5 of 0, 5 and 7 is in both topologies.
    expect(tracker.history[1]).toMatchObject({distance: 1 - 1 / 3, drift: 1 - 1 / 3});
  });

  it('is so after saving and restoring, too', () => {
    const tracker = begun({updates: 1});
    tracker.record(20, [a(5, 6)], [Int32Array.of(-1, -1)]);
    const restored = ExplorationTracker.fromJSON(JSON.parse(JSON.stringify(tracker)));
    expect([...restored.ages('a')]).toEqual([0, 0]);
    expect(restored.history).toEqual(tracker.history);
  });

  it('needs a source for each connection', () => {
    const tracker = new ExplorationTracker([{name: 'a', topology}]);
    expect(() => tracker.record(10, [next], [Int32Array.of(-1)])).toThrow(
      'ExplorationTracker: sources of the layer "a" must be 2 slots below 2, or −1, received 1 up to -1.',
    );
    expect(() => tracker.record(10, [next], [Int32Array.of(0, 2)])).toThrow('received 2 up to 2.');
    expect(tracker.history.length).toBe(1);
  });
});

describe('distances', () => {
  it('are Jaccard distances to the topologies before and to the initial ones', () => {
    const tracker = tracked();
    tracker.record(100, [a(0, 7), b(1, 2, 11)]);
    tracker.record(200, [a(0, 5), b(1, 2, 10)]);
    expect(tracker.history).toMatchObject([
      {distance: 0, distances: [0, 0], drift: 0, drifts: [0, 0]},
      // a: 1 in both of 3; all: 4 of 6.
      {distance: 1 - 4 / 6, distances: [1 - 1 / 3, 0], drift: 1 - 4 / 6, drifts: [1 - 1 / 3, 0]},
      // a is back at its beginning, but 5 is new; b: 2 of 4.
      {distance: 1 - 3 / 7, distances: [1 - 1 / 3, 1 - 2 / 4], drift: 1 - 4 / 6, drifts: [0, 1 - 2 / 4]},
    ]);
    expect([...tracker.ages('a')]).toEqual([200, 0]);
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
    [
      'an earlier step',
      2,
      [a(1), b(0)],
      'step must be an integer of at least 3, the last one recorded, and below 2^31, received 2.',
    ],
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
    expect([copy.ages('a'), copy.survival()]).toEqual([tracker.ages('a'), tracker.survival()]);
    copy.record(20, [a(1, 2), b(1, 2, 11)]);
    expect(copy.rate).toBe(8 / 20);
    // Of the connections that the copy knew as grown, 7 is gone.
    expect(copy.survival()).toEqual([0]);
    expect(tracker.rate).toBe(6 / 20);
    expect(tracker.history.length).toBe(2);
  });

  it('is what the bits say', () => {
    const tracker = tracked();
    tracker.record(7, [a(0, 6), b(1, 2, 11)]);
    const json = tracker.toJSON();
    expect({...json, history: json.history.length}).toEqual({
      format: 'itop-exploration',
      version: 2,
      reliableAfter: {updates: 1},
      layers: [
        {
          name: 'a',
          shape: [2, 4],
          // Bits 0, 5 and 6, and bit 0: the words 0x61 and 1, little-endian.
          explored: {encoding: 'bits', count: 3, data: 'YQAAAA=='},
          reliable: {encoding: 'bits', count: 1, data: 'AQAAAA=='},
          // Gaps 0, 4 and 0, 5; the second connection is there since record 1.
          initial: {nnz: 2, gaps: 'AAQ='},
          active: {nnz: 2, gaps: 'AAU='},
          births: 'AAE=',
          faced: [],
          kept: [],
        },
        {
          name: 'b',
          shape: [1, 1, 2, 6],
          // Bits 1, 2 and 11: the word 0x806. Gaps 1, 0, 8.
          explored: {encoding: 'bits', count: 3, data: 'BggAAA=='},
          reliable: {encoding: 'bits', count: 3, data: 'BggAAA=='},
          initial: {nnz: 3, gaps: 'AQAI'},
          active: {nnz: 3, gaps: 'AQAI'},
          births: 'AAAA',
          faced: [],
          kept: [],
        },
      ],
      history: 2,
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
    const refused = (layer: object) =>
      expect(() => ExplorationTracker.fromJSON({...json, layers: [json.layers[0], {...json.layers[1], ...layer}]}));
    refused({active: {nnz: 3, gaps: 'AQA='}}).toThrow(
      "ExplorationTracker, layer 'b': gaps must hold 3 of 12 positions, received 4 characters that do not.",
    );
    refused({births: 'AAAB'}).toThrow(
      "ExplorationTracker, layer 'b': births must hold 3 numbers below 1, received 4 characters that do not.",
    );
    expect(() => ExplorationTracker.fromJSON({...json, layers: [json.layers[0], damaged]})).toThrow(
      "ExplorationTracker, layer 'b': data must hold 3 of 12 positions as bits, received 4 characters that hold none.",
    );
    expect(() => ExplorationTracker.fromJSON({...json, layers: [json.layers[0], json.layers[0]]})).toThrow(
      'distinct names',
    );
  });
});
