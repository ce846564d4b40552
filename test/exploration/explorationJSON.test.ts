import {expect, it} from 'vitest';
import {checkExplorationJSON} from '../../src/exploration/explorationJSON.ts';

const set = {encoding: 'bits', count: 1, data: 'AQAAAA=='};
const topology = {nnz: 1, gaps: 'AA=='};
const layer = {
  name: 'fc',
  shape: [2, 3],
  explored: set,
  reliable: set,
  initial: topology,
  active: topology,
  births: 'AA==',
  faced: [4, 1],
  kept: [1, 0],
};
const point = {
  step: 0,
  rate: 1 / 6,
  rates: [1 / 6],
  reliableRate: 0,
  reliableRates: [0],
  distance: 0,
  distances: [0],
  drift: 0,
  drifts: [0],
  survival: null,
};
const good = {format: 'itop-exploration', version: 2, reliableAfter: {updates: 1}, layers: [layer], history: [point]};

it('passes what it should be', () => {
  expect(checkExplorationJSON(good)).toEqual(good);
});

it.each([null, undefined, 7, '{"format":"itop-exploration"}', [], {}, {format: 'other'}])('refuses %j', (json) => {
  expect(() => checkExplorationJSON(json)).toThrow(
    /^ExplorationTracker: json must be what toJSON\(\) returned, received/,
  );
});

it.each([1, 3])('refuses version %i', (version) => {
  expect(() => checkExplorationJSON({...good, version})).toThrow(
    `ExplorationTracker: version must be 2, received ${version}. Load it with the version of itop that saved it.`,
  );
});

it.each([
  undefined,
  [null],
  [{...layer, name: 1}],
  [{...layer, shape: [2, -3]}],
  [{...layer, shape: '2,3'}],
  [{...layer, explored: undefined}],
  [{...layer, explored: {...layer.explored, encoding: 'mask'}}],
  [{...layer, explored: {...layer.explored, count: '1'}}],
  [{...layer, explored: {...layer.explored, data: undefined}}],
  [{...layer, reliable: undefined}],
  [{...layer, initial: {nnz: 1}}],
  [{...layer, active: {...topology, nnz: 0.5}}],
  [{...layer, births: [0]}],
  [{...layer, faced: undefined}],
  [{...layer, kept: [1, -1]}],
  [{...layer, kept: [1]}],
])('refuses the layers %j', (layers) => {
  expect(() => checkExplorationJSON({...good, layers})).toThrow(
    /^ExplorationTracker: layers must be what toJSON\(\) wrote, received/,
  );
});

it.each([
  undefined,
  [7],
  [{...point, step: 0.5}],
  [{...point, rate: 1.1}],
  [{...point, rate: null}],
  [{...point, rates: []}],
  [{...point, rates: [Number.NaN]}],
  [{...point, reliableRate: undefined}],
  [{...point, reliableRates: [0, 0]}],
  [{...point, distance: 2}],
  [{...point, drifts: undefined}],
  [{...point, survival: undefined}],
  [],
])('refuses the history %j', (history) => {
  expect(() => checkExplorationJSON({...good, history})).toThrow(
    /^ExplorationTracker: history must be what toJSON\(\) wrote, received/,
  );
});

it.each([
  undefined,
  {},
  {updates: 0},
  {updates: 1, steps: 1},
  {steps: 0.5},
  {epochs: 1},
])('refuses the rule %j', (reliableAfter) => {
  expect(() => checkExplorationJSON({...good, reliableAfter})).toThrow(
    /^ExplorationTracker: reliableAfter must be what toJSON\(\) wrote/,
  );
});

it('shows no more than the beginning of what it received', () => {
  expect(() => checkExplorationJSON('x'.repeat(1000))).toThrow(
    /received "x{59}…\. Pass text through JSON.parse first\.$/,
  );
});
