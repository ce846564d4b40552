import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ExplorationJSON} from '../../src/exploration/explorationJSON.ts';
import {ExplorationTracker} from '../../src/exploration/explorationTracker.ts';
import {type RandomState, seededRandom} from '../../src/topology/random.ts';
import {samplePositions} from '../../src/topology/sample.ts';
import {Topology} from '../../src/topology/topology.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {differences, hostileRuns, mutatedText, mutatedValues, outcomeOf} from '../support/mutations.ts';

/** A tracker of two layers after some updates that each replace a third of the connections. */
function trained(updates: number): ExplorationTracker {
  const random = seededRandom(3);
  let layers = [
    {name: 'fc1', topology: Topology.random([6, 8], 12, random)},
    {name: 'conv', topology: Topology.random([1, 2, 3, 5], 9, random)},
  ];
  const tracker = new ExplorationTracker(layers);
  for (let update = 1; update <= updates; update++) {
    layers = layers.map(({name, topology}) => {
      const dropped = samplePositions(topology.nnz, 4, random) as Int32Array;
      const free = [...topology.mask().entries()].filter(([, active]) => !active).map(([position]) => position);
      const grown = Int32Array.from(samplePositions(free.length, 4, random), (i) => free[i]);
      return {name, topology: updateTopology(topology, dropped, grown).next};
    });
    tracker.record(
      10 * update,
      layers.map(({topology}) => topology),
    );
  }
  return tracker;
}

/**
 * What may differ in a state that is as good as the one that was saved: by itself it cannot be told from that of another training. The
 * times of updates and the distances over them are recorded nowhere else, nor which connections are gone and how many had been grown.
 */
const FREE = [
  /^history\.\d+\.(step|distance|distances\.\d+|drift|drifts\.\d+|survival)$/,
  /^layers\.\d+\.(name|shape\.\d+|faced\.0|explored\.data|reliable\.data|births|(initial|active)\.gaps)$/,
  /^reliableAfter/,
];

/** What must hold in every tracker, counted position by position. */
function checkTracker({layers, history}: ExplorationJSON, tracker: ExplorationTracker): void {
  for (const [i, {name, shape, faced, kept}] of layers.entries()) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const [explored, reliable] = [tracker.explored(name), tracker.reliable(name)];
    const positions = Array.from({length: size}, (_, position) => position);
    const active = new Set(tracker.topology(name).positions());
    expect(positions.filter((position) => explored.has(position))).toHaveLength(explored.count);
    expect(positions.filter((position) => reliable.has(position))).toHaveLength(reliable.count);
    expect(positions.every((position) => !active.has(position) || explored.has(position))).toBe(true);
    expect(positions.every((position) => !reliable.has(position) || explored.has(position))).toBe(true);
    expect(kept.every((count, age) => count <= faced[age] && count >= (faced[age + 1] ?? 0))).toBe(true);
    expect(history.at(-1)!.rates[i]).toBe(explored.count / size);
    expect(tracker.ages(name).every((age) => age >= 0)).toBe(true);
  }
  for (const [before, after] of history.slice(1).map((point, i) => [history[i], point])) {
    expect(after.step).toBeGreaterThanOrEqual(before.step);
    expect(after.rate).toBeGreaterThanOrEqual(before.rate);
    expect(after.reliableRate).toBeLessThanOrEqual(after.rate);
  }
}

describe.each([0, 1, 5])('a saved tracker after %i updates that was changed', (updates) => {
  const saved = trained(updates).toJSON();
  const text = JSON.stringify(saved);

  async function check(parse: () => ExplorationTracker): Promise<void> {
    const tracker = await outcomeOf(parse);
    if (!tracker) return;
    const json = JSON.parse(JSON.stringify(tracker)) as ExplorationJSON;
    const others = differences(json, saved).filter((path) => !FREE.some((free) => free.test(path)));
    expect(others).toEqual([]);
    checkTracker(json, tracker);
    // And it goes on.
    tracker.record(
      2 ** 31 - 1,
      json.layers.map(({name}) => tracker.topology(name)),
    );
  }

  it('is refused, or is sound by itself', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedValues(saved), (json) => check(() => ExplorationTracker.fromJSON(json))),
      hostileRuns(100),
    );
  });

  it('as text, is refused, or is sound by itself', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedText(text), async (changed) => {
        let json: unknown;
        try {
          json = JSON.parse(changed);
        } catch {
          return;
        }
        await check(() => ExplorationTracker.fromJSON(json));
      }),
      hostileRuns(100),
    );
  });
});

it('a changed random state is refused, or draws different numbers in [0, 1)', async () => {
  const random = seededRandom(1);
  const saved = random.state();
  await fc.assert(
    fc.asyncProperty(mutatedValues(saved), async (state) => {
      if (typeof state !== 'object') return;
      const source = await outcomeOf(() => seededRandom(state as RandomState));
      if (!source) return;
      expect(differences(source.state(), state).filter((path) => Object.hasOwn(saved, path))).toEqual([]);
      const drawn = Array.from({length: 100}, source);
      expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
      expect(new Set(drawn).size).toBeGreaterThan(90);
    }),
    hostileRuns(200),
  );
});
