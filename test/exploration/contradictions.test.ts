import {describe, expect, it} from 'vitest';
import type {ExplorationJSON} from '../../src/exploration/explorationJSON.ts';
import {ExplorationTracker} from '../../src/exploration/explorationTracker.ts';
import type {ReliabilityRule} from '../../src/exploration/reliability.ts';
import {saveSet} from '../../src/exploration/savedSet.ts';
import {saveBirths, saveTopology} from '../../src/exploration/savedTopology.ts';
import {BitSet} from '../../src/topology/positionSet.ts';
import {Topology} from '../../src/topology/topology.ts';

const [shape, size] = [[2, 4], 8];
const topology = (...positions: number[]) => Topology.fromPositions(shape, positions);
const set = (...positions: number[]) => {
  const set = new BitSet(size);
  set.add(Int32Array.from(positions));
  return saveSet(set);
};

/** A layer of three connections over three updates. */
function tracked(reliableAfter: ReliabilityRule = {updates: 1}): ExplorationJSON {
  const tracker = new ExplorationTracker([{name: 'fc', topology: topology(0, 1, 2)}], {reliableAfter});
  tracker.record(10, [topology(0, 1, 5)]);
  tracker.record(20, [topology(0, 5, 6)]);
  tracker.record(30, [topology(0, 5, 7)]);
  return tracker.toJSON();
}

describe('a saved tracker', () => {
  it.each<ReliabilityRule>([
    {updates: 1},
    {updates: 3},
    {steps: 1},
    {steps: 10},
    {steps: 15},
    {steps: 20},
  ])('comes back by the rule %j', (rule) => {
    expect(ExplorationTracker.fromJSON(tracked(rule)).toJSON()).toEqual(tracked(rule));
  });

  it.each([
    ['a grown connection that is not explored', {explored: set(0, 1, 2, 5, 6)}, 'explored must hold every'],
    ['an initial connection that is not explored', {explored: set(0, 2, 5, 6, 7)}, 'explored must hold every'],
    ['a connection that was never active', {explored: set(0, 1, 2, 3, 5, 6, 7)}, 'explored must hold no more'],
    ['a reliable connection that is not explored', {reliable: set(0, 1, 3, 5)}, 'reliable must hold explored'],
    ['an old connection that is not reliable', {reliable: set(0, 1)}, 'reliable must hold every'],
    [
      'a grown connection as old as the training',
      {births: saveBirths(Int32Array.of(0, 0, 3))},
      'births must be above 0',
    ],
    [
      'a connection that should be reliable by its age',
      {births: saveBirths(Int32Array.of(0, 1, 1))},
      'reliable must hold every',
    ],
    ['a connection younger than the counts', {births: saveBirths(Int32Array.of(0, 3, 3))}, 'kept must count the grown'],
    ['more kept than met an update', {faced: [2, 1], kept: [3, 1]}, 'kept must count the grown'],
    ['fewer kept than met the next', {faced: [2, 2], kept: [1, 1]}, 'kept must count the grown'],
    ['an age that there cannot be', {faced: [2, 1, 1], kept: [1, 1, 1]}, 'faced must count the updates'],
    ['counts of an age that none had', {faced: [2, 1, 0], kept: [1, 1, 0]}, 'faced must count the updates'],
    ['no counts of old connections', {faced: [], kept: []}, 'explored must hold no more'],
    ['sets of two kinds', {reliable: {encoding: 'gaps', count: 0, data: ''}}, 'reliable must hold explored'],
  ])('is refused with %s', (_, damage, rule) => {
    const json = tracked();
    const damaged = {...json, layers: [{...json.layers[0], ...damage}]};
    const restore = () => ExplorationTracker.fromJSON(damaged);
    expect(restore).toThrow(`ExplorationTracker, layer 'fc': ${rule}`);
    expect(restore).toThrow(
      'received a state that contradicts itself. It was damaged: load it again, or use an earlier checkpoint.',
    );
  });

  it.each([
    ['a first step that is not 0', 0, {step: 1}, 'steps must begin'],
    ['steps that fall', 2, {step: 9}, 'steps must begin'],
    ['a rate between two counts', 1, {rates: [0.55], rate: 0.55}, 'rates must be counts'],
    ['a rate that is not that of the layers', 1, {rate: 5 / 8}, 'rates must be counts'],
    ['rates that fall', 2, {rates: [3 / 8], rate: 3 / 8}, 'rates must not fall'],
    ['another rate at the begin', 0, {rates: [2 / 8], rate: 2 / 8}, 'rates must begin'],
    ['another rate at the end', 3, {rates: [7 / 8], rate: 7 / 8}, 'rates must begin'],
    ['another reliable rate at the end', 3, {reliableRates: [4 / 8], reliableRate: 4 / 8}, 'rates must begin'],
    ['a distance that no layer has', 1, {distance: 0.9}, 'distances over all layers'],
    ['a distance at the begin', 0, {distance: 0.5, distances: [0.5]}, 'distances must begin'],
    ['another distance to the initial topologies', 3, {drift: 0.5, drifts: [0.5]}, 'distances must begin'],
    ['a survival before any', 1, {survival: 1}, 'survival must be'],
    ['a survival of those that were dropped', 3, {survival: 1}, 'survival must be'],
  ])('is refused with %s in its history', (_, index, damage, rule) => {
    const json = tracked();
    const history = json.history.map((point, i) => (i === index ? {...point, ...damage} : point));
    expect(() => ExplorationTracker.fromJSON({...json, history})).toThrow(`ExplorationTracker, history: ${rule}`);
  });

  it('is refused with a rule that had not been met when connections counted as reliable', () => {
    for (const reliableAfter of [{updates: 2}, {steps: 30}]) {
      expect(() => ExplorationTracker.fromJSON({...tracked(), reliableAfter})).toThrow(/contradicts itself/);
    }
  });

  it('is refused with another initial topology', () => {
    const json = tracked();
    const layers = [{...json.layers[0], initial: saveTopology(topology(0, 1, 5))}];
    expect(() => ExplorationTracker.fromJSON({...json, layers})).toThrow('history: distances must begin at 0 and end');
  });

  it('is refused before anything is allocated for more rows than there may be', () => {
    const json = tracked();
    const layers = [{...json.layers[0], shape: [3e8, 40]}];
    expect(() => ExplorationTracker.fromJSON({...json, layers})).toThrow(
      'ExplorationTracker: layers must have at most 67108864 rows together, received 300000000. ' +
        'If a model that large was saved, pass a higher maxRows.',
    );
    expect(() => ExplorationTracker.fromJSON(json, {maxRows: 1})).toThrow('at most 1 rows together, received 2.');
    expect(() => ExplorationTracker.fromJSON(json, {maxRows: 2})).not.toThrow();
  });
});
